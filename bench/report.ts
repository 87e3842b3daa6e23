import { readFileSync } from 'node:fs';
import os from 'node:os';
import type { Finding } from './measure.js';

export interface Circumstances {
  readonly customers: number;
  readonly touchpoints: number;
  readonly postgres: string;
  readonly isQuick: boolean;
  /** Load average of the last minute, before and after. */
  readonly load: readonly [number, number];
  readonly seconds: number;
}

export function meets(finding: Finding, limit: number | undefined): boolean {
  if (limit === undefined) return true;
  return finding.better === 'higher' ? finding.value >= limit : finding.value <= limit;
}

function figure(finding: Finding, value: number | undefined): string {
  if (value === undefined) return '–';
  return `${value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)} ${finding.unit}`;
}

function verdict(finding: Finding): string {
  if (finding.must === undefined) return '';
  if (!meets(finding, finding.must)) return 'MISSED';
  return meets(finding, finding.aim) ? 'aim' : 'ok';
}

const header = ['', 'What', 'Measured', 'Must', 'Aim', ''];

function row(finding: Finding): string[] {
  const sign = finding.better === 'higher' ? '≥ ' : '≤ ';
  const limit = (value: number | undefined) => (value === undefined ? '–' : sign + figure(finding, value));
  return [
    finding.target,
    finding.name,
    figure(finding, finding.value),
    limit(finding.must),
    limit(finding.aim),
    verdict(finding),
  ];
}

/** The table for a terminal, each line with the figures behind it. */
export function textTable(findings: readonly Finding[]): string {
  const rows = [header, ...findings.map(row)];
  const widths = header.map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? '').length)));
  const line = (cells: string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return rows
    .flatMap((cells, n) => (n === 0 ? [line(cells)] : [line(cells), `      ${findings[n - 1]?.detail ?? ''}`]))
    .join('\n');
}

export function machine(): string {
  const cores = os.cpus();
  const memory = Math.round(os.totalmem() / 1024 ** 3);
  return `${cores.length} cores (${cores[0]?.model.trim() ?? 'unknown'}), ${memory} GB, ${os.type()} ${os.release()}`;
}

/** docs/performance.md */
export function document(findings: readonly Finding[], of: Circumstances, root: string): string {
  const version: string = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')).version;
  const count = (n: number) => n.toLocaleString('en');
  const cells = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;
  return `# Performance

Written by \`npm run bench\`; do not edit. **${new Date().toISOString().slice(0, 10)}**, Throughline ${version},
${count(of.customers)} customers with ${count(of.touchpoints)} touchpoints, Postgres ${of.postgres}, Node ${process.versions.node},
${machine()}. Load average ${of.load.map((load) => load.toFixed(1)).join(' before, ')} after; the run took ${Math.round(of.seconds / 60)} minutes.

${cells(header)}
${cells(header.map(() => '---'))}
${findings.map((finding) => cells(row(finding))).join('\n')}

## Behind the figures

${findings.map((finding) => `- **${finding.target}, ${finding.name}**: ${finding.detail}.`).join('\n')}

## Method

Every figure is a ratio taken in one run on one machine, since machines differ and are shared: what is compared runs in
turn, in shuffled rounds, and the figure is the median of the rounds' ratios. CPU is that of the Node process with all its
threads and of all Postgres backends, from \`/proc/<pid>/task/*/schedstat\`. While reads are measured, servers and Postgres
are bound to one core and the load (10 connections) to another. Any answer that is an error voids the run. The service runs
as \`npm start\` runs it, with an API key and forced row-level security. Its floor for reads (P1) is a bare \`node:http\` server that runs
the same SQL statement as owner without them; both answers are compared as JSON before. The floor for ingest (P5) is
\`COPY\` of as many equal rows into the same table and workspace, one for each 1,000; of the messages 10 % are redeliveries, 5 % name
new customers, 2 % a new identifier, 0.5 % merge two customers. \`bench/README.md\` says how to run it.
`;
}
