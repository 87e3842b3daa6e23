import { channels, directions, statuses } from '../../touchpoints/vocabulary.js';
import type { ColumnGuess } from './column-guess.js';

export interface GuessWish {
  /** IANA time zone of times that tell none. */
  readonly zone: string;
  /** ISO country of national telephone numbers; the workspace's when left out. */
  readonly region?: string | undefined;
}

type WrittenValue = string | { readonly path: string; readonly apply?: readonly unknown[]; readonly map?: object };

/** A mapping of the mapping language that takes each column for what it was guessed to be. */
export function mappingOfGuess(columns: readonly ColumnGuess[], wish: GuessWish): object {
  const scalars: Record<string, WrittenValue> = {};
  const attributes: Record<string, WrittenValue> = {};
  const identifiers: object[] = [];
  const references: Record<string, object> = {};
  for (const column of columns) {
    const { field, type } = column;
    if (field?.startsWith('identifier ')) {
      const identifierType = field.slice('identifier '.length);
      const region = identifierType === 'phone' && wish.region !== undefined ? { region: wish.region } : {};
      identifiers.push({ type: identifierType, value: pathOf(column.name), ...region });
    } else if (field === 'conversation') {
      references[field] = { externalId: pathOf(column.name) };
    } else if (field !== null) scalars[field] = valueOfField(field, column, wish);
    else if (type !== 'empty') attributes[column.name] = pathOf(column.name);
  }
  const touchpoint = {
    ...constantsOf(columns),
    ...scalars,
    identifiers,
    ...references,
    ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
  };
  return { name: 'guessed', touchpoints: [touchpoint] };
}

/** What every touchpoint needs and no column tells. */
export function constantsOf(columns: readonly ColumnGuess[]): Record<string, string> {
  const isTold = (field: string) => columns.some((column) => column.field === field);
  return {
    ...(isTold('channel') ? {} : { channel: guessedChannel(columns) }),
    ...(isTold('kind') ? {} : { kind: 'imported' }),
  };
}

/** The path to a column, whatever it is called. */
export function pathOf(column: string): string {
  if (/^[^.[\]{}'"*\\\s]+$/.test(column)) return `$.${column}`;
  return `$[${JSON.stringify(column)}]`;
}

function valueOfField(field: string, column: ColumnGuess, { zone }: GuessWish): WrittenValue {
  const path = pathOf(column.name);
  if (column.type === 'time') {
    const form = {
      ...(column.format === 'iso' ? {} : { format: column.format }),
      ...(column.needsZone ? { zone } : {}),
    };
    return { path, apply: [{ date: form }] };
  }
  if (field.endsWith('Seconds')) return { path, apply: [{ duration: 'seconds' }] };
  const words = wordsOf[field];
  return words ? { path, apply: ['trim', 'lower'], map: words } : path;
}

/** The words of many systems for ours; one that nobody foresaw is refused by its row, and added to the mapping. */
const wordsOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  channel: {
    ...Object.fromEntries(channels.map((word) => [word.toLowerCase(), word])),
    phone: 'CALL',
    telephone: 'CALL',
    voice: 'CALL',
    mail: 'EMAIL',
    'e-mail': 'EMAIL',
    messaging: 'CHAT',
    'live chat': 'CHAT',
    whatsapp: 'SOCIAL',
    facebook: 'SOCIAL',
    twitter: 'SOCIAL',
    instagram: 'SOCIAL',
    website: 'WEB',
    'web form': 'WEB',
    mobile: 'APP',
    shop: 'STORE',
  },
  direction: {
    ...Object.fromEntries(directions.map((word) => [word.toLowerCase(), word])),
    in: 'INBOUND',
    incoming: 'INBOUND',
    out: 'OUTBOUND',
    outgoing: 'OUTBOUND',
    'outbound-api': 'OUTBOUND',
    'outbound-dial': 'OUTBOUND',
    'outbound-reply': 'OUTBOUND',
  },
  status: {
    ...Object.fromEntries(statuses.map((word) => [word.toLowerCase(), word])),
    open: 'ACTIVE',
    new: 'ACTIVE',
    pending: 'ACTIVE',
    'in-progress': 'ACTIVE',
    closed: 'COMPLETED',
    solved: 'COMPLETED',
    resolved: 'COMPLETED',
    done: 'COMPLETED',
    delivered: 'COMPLETED',
    sent: 'COMPLETED',
    received: 'COMPLETED',
    busy: 'FAILED',
    'no-answer': 'FAILED',
    undelivered: 'FAILED',
    canceled: 'CANCELLED',
  },
};

/** Where no column tells it, what the other columns speak of. */
function guessedChannel(columns: readonly ColumnGuess[]): string {
  const names = columns.map((column) => column.name.toLowerCase()).join(' ');
  if (/call|caller|ring|talk/.test(names)) return 'CALL';
  if (/utterance|chat/.test(names)) return 'CHAT';
  if (/sms|num_segments|messaging_service/.test(names)) return 'SMS';
  if (/url|page/.test(names)) return 'WEB';
  return /subject/.test(names) && /mail/.test(names) ? 'EMAIL' : 'OTHER';
}
