import type { IdentifierInput } from '../identity/identifier.input.js';
import { devicePriorityMin, type IdentifierType } from '../identity/identifier-type.js';
import type { Holder } from '../identity/visitor.queries.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';

/** An identifier by which a token is asked for. */
export interface Shown {
  readonly input: IdentifierInput;
  readonly type: IdentifierType;
  /** The forms in which it may be stored, the present one first; none when it is no value of its type. */
  readonly values: readonly string[];
  /** Whose it is; null when nobody has it. */
  readonly holder: Holder | null;
}

/** Who the token is for, by what was shown: what is joined for it, and what is left alone. */
export interface Exchange {
  /** True when devices alone were shown. */
  readonly isVisitor: boolean;
  /** The strongest first. */
  readonly joining: readonly Shown[];
  readonly heldBack: readonly Shown[];
}

export const isDevice = ({ type }: Pick<Shown, 'type'>): boolean => type.priority >= devicePriorityMin;

/**
 * An identifier that nobody proved opens nobody's record, and a device proves no more than that it is the same device: it
 * opens only what is of a visitor whom nobody knows, and is joined to who logs in only then.
 * @param mayJoin whether the caller may join customers who are both known
 * @throws Refusal that names the identifier at fault
 */
export function exchangeFor(shown: readonly Shown[], mayJoin: boolean): Exchange {
  shown.forEach(requireProof);
  const isVisitor = shown.every(isDevice);
  if (isVisitor) shown.forEach(requireVisitor);
  const sorted = [...shown].sort((a, b) => a.type.priority - b.type.priority);
  const anchor = sorted.find((one) => !isDevice(one) && one.holder)?.holder ?? null;
  const isFree = ({ holder }: Shown) => !holder?.isKnown || holder.customer === anchor?.customer;
  const joins = (one: Shown) => isFree(one) || (mayJoin && !isDevice(one));
  return { isVisitor, joining: sorted.filter(joins), heldBack: sorted.filter((one) => !joins(one)) };
}

function requireProof(one: Shown, place: number): void {
  const field = `input.identifiers[${place}]`;
  if (one.values.length === 0) {
    throw new Refusal('INPUT_INVALID', `This is no value of an identifier of type ${one.type.name}.`, { field });
  }
  if (one.holder?.isDoubtful) {
    throw new Refusal('IDENTIFIER_DOUBTFUL', 'Many use this identifier, so it opens nobody’s record.', { field });
  }
  if (isDevice(one) || one.input.verification === 'VERIFIED') return;
  const sentence = 'Only an identifier that she proved to be hers, by a login or a code, opens a record: VERIFIED.';
  throw new Refusal('IDENTIFIER_UNPROVEN', sentence, { field: `${field}.verification` });
}

function requireVisitor({ input, holder }: Shown, place: number): void {
  const field = `input.identifiers[${place}]`;
  const limit = limits.visitorIdCharactersMin;
  if (input.value.length < limit) {
    const sentence = `A visitor’s id has at least ${limit} characters: a shorter one can be guessed.`;
    throw new Refusal('OUT_OF_RANGE', sentence, { field: `${field}.value`, limit });
  }
  if (holder?.isKnown) throw visitorKnown(field);
}

export function visitorKnown(field: string): Refusal {
  const sentence = 'This device is of a customer who is known: let her log in, or begin with another id.';
  return new Refusal('VISITOR_KNOWN', sentence, { field });
}
