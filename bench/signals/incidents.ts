import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../service.js';

/** One contact of a caller: about what, when, and until when it was open. */
export interface Incident {
  readonly number: string;
  readonly caller: string;
  readonly category: string;
  readonly openedAt: Date;
  readonly resolvedAt: Date | null;
}

export const ownFile = path.join(root, 'bench/signals/incidents/incidents.csv');

/** `29-02-2016 01:16`, as the log writes it, or ISO 8601. */
function instant(text: string | undefined): Date | null {
  const [, day, month, year, time] = /^(\d\d?)[-/](\d\d?)[-/](\d{4}) (\d\d?:\d\d)$/.exec(text ?? '') ?? [];
  const date = new Date(
    day && month
      ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T${time?.padStart(5, '0')}:00Z`
      : (text ?? ''),
  );
  return Number.isNaN(date.getTime()) ? null : date;
}

/** The incidents of a file, ours or the log as it is: the first line of each, those with caller and category, by time. */
export function readIncidents(file: string): Incident[] {
  const [head = '', ...lines] = readFileSync(file, 'utf8').split(/\r?\n/);
  const columns = head.split(',');
  const place = (...names: string[]) => columns.findIndex((column) => names.includes(column));
  const [number, caller, category] = [place('number'), place('caller', 'caller_id'), place('category')];
  const [opened, resolved] = [place('opened_at'), place('resolved_at')];
  const found = new Map<string, Incident>();
  for (const line of lines) {
    const cells = line.split(',');
    const openedAt = instant(cells[opened]);
    const [name, who, what] = [cells[number], cells[caller], cells[category]];
    if (!name || !who || !what || who === '?' || what === '?' || !openedAt || found.has(name)) continue;
    found.set(name, { number: name, caller: who, category: what, openedAt, resolvedAt: instant(cells[resolved]) });
  }
  return [...found.values()].sort(
    (a, b) => a.openedAt.getTime() - b.openedAt.getTime() || (a.number < b.number ? -1 : 1),
  );
}
