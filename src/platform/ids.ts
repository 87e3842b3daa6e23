import { hash } from 'node:crypto';
import { Refusal } from './refusal.js';

/** The kinds of thing that have an id outside; the prefix makes an id say what it is. */
export const idPrefixes = {
  customer: 'cus',
  merge: 'mrg',
  suggestion: 'sug',
  touchpoint: 'tp',
  conversation: 'cnv',
  issue: 'iss',
  journey: 'jrn',
  blueprint: 'blp',
  segment: 'seg',
  apiKey: 'key',
  deadLetter: 'dl',
  connector: 'con',
  import: 'imp',
  inboundRequest: 'req',
  mark: 'mrk',
  purpose: 'pur',
  survey: 'srv',
  invitation: 'inv',
  feedback: 'fbk',
  scorecard: 'scd',
  evaluation: 'evl',
  moment: 'mot',
  export: 'exp',
} as const;

export type IdKind = keyof typeof idPrefixes;

/** Kinds whose inner id is a number; that of the others is a UUID. */
const numbered: ReadonlySet<IdKind> = new Set(['customer', 'merge']);

export function isNumbered(kind: IdKind): boolean {
  return numbered.has(kind);
}

const uuid = /^[0-9a-f]{32}$/;
const bigint = /^[1-9][0-9]{0,17}$/;

/** `tp_` and 32 hexadecimal digits; `cus_` or `mrg_` and a number. */
export function externalId(kind: IdKind, id: string): string {
  return `${idPrefixes[kind]}_${isNumbered(kind) ? id : id.replaceAll('-', '')}`;
}

/** The inner id, as text that Postgres casts to `uuid` or `bigint`; null when the text is no id of that kind. */
export function parseId(kind: IdKind, text: string): string | null {
  const prefix = `${idPrefixes[kind]}_`;
  if (!text.startsWith(prefix)) return null;
  const inner = text.slice(prefix.length);
  return (isNumbered(kind) ? bigint : uuid).test(inner) ? inner : null;
}

/** As `parseId`, but an id of another shape is refused: it can never have been ours. */
export function requireId(kind: IdKind, text: string, field: string): string {
  const id = parseId(kind, text);
  if (id === null) {
    const article = /^[aeiou]/.test(kind) ? 'an' : 'a';
    throw new Refusal('ID_INVALID', `${field} is not ${article} ${kind} id.`, { field });
  }
  return id;
}

/**
 * The first 16 bytes of SHA-256 over the parts, as 32 hexadecimal digits. The same thing told twice gets the same id,
 * on every machine and at every retry. Parts are length-prefixed, so no two lists of parts can run together.
 */
export function deterministicId(...parts: readonly string[]): string {
  return hash('sha256', parts.map((part) => `${part.length}:${part}`).join(''), 'hex').slice(0, 32);
}
