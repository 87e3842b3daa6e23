import { dateOf } from '../mapping/time.js';

/** What the cells of a column are. */
export type CellType = 'email' | 'phone' | 'time' | 'whole number' | 'number' | 'yes or no' | 'text' | 'empty';

/** A column with what its first cells show. */
export interface ColumnGuess {
  readonly name: string;
  readonly type: CellType;
  /** How its times are written; `iso` where they tell their offset. */
  readonly format?: string | undefined;
  readonly needsZone?: boolean | undefined;
  /** The field of a touchpoint that it seems to be; null when it becomes an attribute. */
  readonly field: string | null;
  readonly samples: readonly string[];
}

const samplesShown = 3;

/** Patterns without an offset, the likelier first; every cell of a column has to fit. */
const localFormats = [
  'yyyy-MM-dd HH:mm:ss',
  'yyyy/MM/dd HH:mm:ss',
  'yyyy/MM/dd HH:mm',
  'dd.MM.yyyy HH:mm:ss',
  'dd.MM.yyyy HH:mm',
  'dd.MM.yyyy',
  'M/d/yyyy HH:mm:ss',
  'M/d/yyyy HH:mm',
  'M/d/yyyy h:mm:ss a',
  'M/d/yyyy h:mm a',
  'M/d/yyyy',
  'd/M/yyyy HH:mm:ss',
  'd/M/yyyy HH:mm',
  'd/M/yyyy',
] as const;

const email = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const phone = /^(whatsapp:|tel:)?\+?[\d\s().-]{7,20}$/;

interface Form {
  readonly type: CellType;
  readonly format?: string;
  readonly needsZone?: boolean;
}

/** Of ten cells one may be what it should not be: its row will be refused, and the others are read for what they are. */
function misfitsMax(cells: number): number {
  return cells < 5 ? 0 : Math.ceil(cells / 10);
}

/** What the cells of a column have in common. */
export function formOfCells(name: string, all: readonly string[]): Form {
  const cells = all.map((cell) => cell.trim()).filter((cell) => cell !== '');
  const are = (test: (cell: string) => boolean) =>
    cells.filter((cell) => !test(cell)).length <= misfitsMax(cells.length);
  if (cells.length === 0) return { type: 'empty' };
  if (are((cell) => email.test(cell))) return { type: 'email' };
  if (are((cell) => /^(true|false|yes|no|y|n)$/i.test(cell))) return { type: 'yes or no' };
  const epoch = epochOf(name, cells);
  if (epoch) return { type: 'time', format: epoch };
  const isPhone = /phone|mobile|caller|called|^from$|^to$|msisdn|number/i.test(name);
  if (
    are((cell) => phone.test(cell)) &&
    (isPhone || are((cell) => cell.replace(/\D/g, '').length > 6 && /^\+|[() ]/.test(cell)))
  ) {
    return { type: 'phone' };
  }
  if (are((cell) => /^[+-]?\d{1,15}$/.test(cell))) return { type: 'whole number' };
  if (are((cell) => /^[+-]?\d{0,15}\.\d{1,15}$|^[+-]?\d{1,15}$/.test(cell))) return { type: 'number' };
  if (are((cell) => dateOf(cell, {}) !== null)) return { type: 'time', format: 'iso' };
  const zone = 'UTC';
  if (are((cell) => cell.length >= 10 && dateOf(cell, { zone }) !== null)) {
    return { type: 'time', format: 'iso', needsZone: true };
  }
  const format = localFormats.find((one) => are((cell) => dateOf(cell, { format: one, zone }) !== null));
  return format === undefined ? { type: 'text' } : { type: 'time', format, needsZone: true };
}

/** Seconds or milliseconds since 1970, of the last thirty years, under a name that speaks of time. */
function epochOf(name: string, cells: readonly string[]): string | null {
  if (!/time|date|_at$|created|start|end|ts$/i.test(name)) return null;
  const within = (min: number, max: number) =>
    cells.every((cell) => /^\d{9,13}(\.\d{1,6})?$/.test(cell) && Number(cell) >= min && Number(cell) < max);
  if (within(8e8, 5e9)) return 'seconds';
  return within(8e11, 5e12) ? 'milliseconds' : null;
}

/** The names by which tables call a field, the likelier field first. A cell of another type is not it. */
const known: readonly { readonly field: string; readonly names: RegExp; readonly types: readonly CellType[] }[] = [
  {
    field: 'externalId',
    names:
      /^(external ?id|(call|ticket|message|event|interaction|activity|touchpoint|case event) ?(id|sid|no|number)|sid|uuid|id)$/,
    types: ['text', 'whole number', 'phone'],
  },
  {
    field: 'occurredAt',
    names:
      /^(occurred ?at|time ?time ?stamp|(call |event )?start(ed)? ?(at|time|date)?|begin|(call|event|message) ?(time|date))$/,
    types: ['time'],
  },
  {
    field: 'occurredAt',
    names:
      /^(time ?stamp|date ?time|time|date|(created|sent|received|opened) ?(at|time|date|on)?|date ?sent|complete ?time ?stamp)$/,
    types: ['time'],
  },
  { field: 'endedAt', names: /^(ended?|closed|completed|resolved|finish(ed)?) ?(at|time|date|on)?$/, types: ['time'] },
  { field: 'channel', names: /^(channel|medium|media|via|contact ?channel|origin)$/, types: ['text'] },
  { field: 'direction', names: /^(call )?direction$/, types: ['text'] },
  {
    field: 'kind',
    names: /^(kind|concept ?name|activity|event ?(type|name)?|type|action|activity ?name)$/,
    types: ['text'],
  },
  { field: 'status', names: /^(call |ticket )?(status|state)$/, types: ['text'] },
  {
    field: 'durationSeconds',
    names: /^(duration|call ?duration|talk ?time|duration ?(seconds|secs?|s))$/,
    types: ['whole number', 'number'],
  },
  {
    field: 'waitSeconds',
    names: /^(wait|waiting ?time|wait ?(time|seconds|secs?)|queue ?time|time ?in ?queue|hold ?before)$/,
    types: ['whole number', 'number'],
  },
  { field: 'handleSeconds', names: /^(handle|handling) ?(time|seconds)$/, types: ['whole number', 'number'] },
  { field: 'abandoned', names: /^(abandoned|is ?abandoned)$/, types: ['yes or no'] },
  { field: 'subject', names: /^(subject|title|headline)$/, types: ['text'] },
  {
    field: 'summary',
    names: /^(summary|body|text|message|content|description|utterance|note|notes|comment)$/,
    types: ['text'],
  },
  { field: 'topic', names: /^(topic|category|reason|contact ?reason|issue ?type|intent)$/, types: ['text'] },
  { field: 'language', names: /^(language|locale|lang)$/, types: ['text'] },
  { field: 'sentiment', names: /^sentiment$/, types: ['number', 'whole number'] },
  {
    field: 'agentId',
    names: /^(agent|agent ?(id|name)|org ?resource|resource|assignee|owner|operator|handled ?by)$/,
    types: ['text', 'whole number', 'email'],
  },
  { field: 'queue', names: /^(queue|queue ?name|team|group|department|skill)$/, types: ['text'] },
  { field: 'outcome', names: /^(outcome|result|disposition|resolution)$/, types: ['text'] },
  {
    field: 'conversation',
    names: /^(conversation|thread|session|chat|issue|case|ticket) ?(id|number)$/,
    types: ['text', 'whole number'],
  },
];

/** Columns that name the customer; all of them do, if there are several. */
const identifying: readonly { readonly type: string; readonly names: RegExp; readonly cells: CellType }[] = [
  { type: 'email', names: /mail|requester|customer|contact|from|sender/, cells: 'email' },
  { type: 'phone', names: /phone|mobile|caller|msisdn|customer|^from$|^ani$|telephone/, cells: 'phone' },
];

const userId = /^(customer|user|client|member|contact|person|subscriber|requester) ?(id|no|number|key)$/;

/** What each column seems to be; each field of a touchpoint is given once. */
export function guessColumns(columns: readonly string[], sample: readonly (readonly string[])[]): ColumnGuess[] {
  const taken = new Set<string>();
  const shown = columns.map((name, i) => {
    const cells = sample.map((row) => row[i] ?? '');
    const plain = name
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, ' ')
      .trim();
    const samples = [...new Set(cells.filter((cell) => cell.trim() !== ''))].slice(0, samplesShown);
    return { name, plain, samples, ...formOfCells(plain, cells) };
  });
  const fields = new Map<string, string>();
  const give = (name: string, field: string, isOnce = true) => {
    if (fields.has(name) || (isOnce && taken.has(field))) return;
    taken.add(field);
    fields.set(name, field);
  };
  for (const { name, plain, type } of shown) {
    const found = identifying.find((one) => one.cells === type && one.names.test(plain));
    if (found) give(name, `identifier ${found.type}`, false);
    else if (userId.test(plain)) give(name, 'identifier user_id', false);
  }
  for (const { field, names, types } of known) {
    const column = shown.find((one) => !fields.has(one.name) && types.includes(one.type) && names.test(one.plain));
    if (column) give(column.name, field);
  }
  return shown.map(({ plain: _, ...column }) => ({ ...column, field: fields.get(column.name) ?? null }));
}
