import { isSupportedCountry } from 'libphonenumber-js/max';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { plainText } from '../platform/text-argument.js';
import { blocklistOf, literalCharacters } from './identifier-blocklist.js';
import { devicePriorityMin, type EmailFolding, type IdentifierType } from './identifier-type.js';
import type { FormerRules, IdentityRules } from './identifier-types.js';
import type { IdentifierTypeInput, IdentitySettingsInput } from './identity-settings.types.js';

/** What a workspace has decided on its identifiers. */
export interface Settings {
  readonly types: ReadonlyMap<string, IdentifierType>;
  readonly defaultRegion: string;
  readonly folding: EmailFolding;
}

export function settingsOf({ types, defaultRegion }: IdentityRules): Settings {
  const [any] = types.values();
  return { types, defaultRegion, folding: (any as IdentifierType).folding };
}

/** The settings after a wish, wholly checked; what the wish leaves out stays as it is. */
export function nextSettings(before: Settings, wish: IdentitySettingsInput): Settings {
  const defaultRegion = wish.defaultRegion ?? before.defaultRegion;
  if (!isSupportedCountry(defaultRegion)) {
    const sentence = 'A region is an ISO country of two capital letters that has telephone numbers.';
    throw new Refusal('INPUT_INVALID', sentence, { field: 'input.defaultRegion' });
  }
  const folding = {
    plus: wish.foldsEmailPlus ?? before.folding.plus,
    dots: wish.foldsEmailDots ?? before.folding.dots,
  };
  const types = wish.types ? typesOf(before, wish.types) : [...before.types.values()];
  return { types: new Map(types.map((type) => [type.name, { ...type, folding }])), defaultRegion, folding };
}

function typesOf(before: Settings, wishes: readonly IdentifierTypeInput[]): IdentifierType[] {
  const field = 'input.types';
  const limit = limits.identifierTypesMax;
  if (wishes.length === 0)
    throw new Refusal('TOO_FEW', 'A workspace has at least one identifier type.', { field, limit: 1 });
  if (wishes.length > limit) {
    throw new Refusal('TOO_MANY', `A workspace has at most ${limit} identifier types.`, { field, limit });
  }
  const names = new Set<string>();
  return wishes.map((wish, place) => {
    const path = `${field}[${place}]`;
    const type = typeOf(before.types.get(wish.name), wish, path);
    if (names.has(type.name)) {
      throw new Refusal('INPUT_INVALID', 'Two types have the same name.', { field: `${path}.name` });
    }
    names.add(type.name);
    return type;
  });
}

function typeOf(before: IdentifierType | undefined, wish: IdentifierTypeInput, path: string): IdentifierType {
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(wish.name)) {
    const sentence = 'A name has 1 to 40 small letters, digits and underscores, and begins with a letter.';
    throw new Refusal('INPUT_INVALID', sentence, { field: `${path}.name`, limit: 40 });
  }
  const isUnique = wish.isUnique ?? before?.isUnique ?? false;
  const limitPerCustomer = wish.limitPerCustomer ?? before?.limitPerCustomer ?? (isUnique ? 1 : undefined);
  const priority = wish.priority ?? before?.priority;
  const required = (name: string) =>
    new Refusal('TOO_FEW', 'A new type needs it.', { field: `${path}.${name}`, limit: 1 });
  if (priority === undefined) throw required('priority');
  if (limitPerCustomer === undefined) throw required('limitPerCustomer');
  requireRange(priority, 1, 100, `${path}.priority`);
  requireRange(limitPerCustomer, 1, limits.identifiersPerCustomerMax, `${path}.limitPerCustomer`);
  const windowDays = wish.windowDays === undefined ? (before?.windowDays ?? null) : wish.windowDays;
  if (windowDays !== null) requireRange(windowDays, 1, 3_650, `${path}.windowDays`);
  const overflow = wish.overflow ?? before?.overflow ?? 'demote';
  const invalid = (name: string, sentence: string) =>
    new Refusal('INPUT_INVALID', sentence, { field: `${path}.${name}` });
  if (isUnique && limitPerCustomer !== 1)
    throw invalid('limitPerCustomer', 'Of a unique type a customer has one value.');
  if (isUnique && windowDays !== null) throw invalid('windowDays', 'A unique type is unique for ever.');
  if (isUnique && overflow !== 'demote') throw invalid('overflow', 'The first value of a unique type stays.');
  if (overflow === 'last_wins' && priority < devicePriorityMin) {
    throw invalid(
      'overflow',
      `Only types of priority ${devicePriorityMin} or weaker, devices, go to who used them last.`,
    );
  }
  const isScoped = wish.isScoped ?? before?.isScoped ?? false;
  const comparison = wish.comparison ?? before?.comparison ?? 'exact';
  if (isScoped && (comparison === 'email' || comparison === 'phone')) {
    throw invalid('isScoped', 'An e-mail address or telephone number is the same for every account.');
  }
  return {
    name: wish.name,
    priority,
    limitPerCustomer,
    windowDays,
    isUnique,
    isScoped,
    comparison,
    overflow,
    blocked: blocklistOf(
      texts(
        wish.blockedValues,
        limits.blockedValuesPerTypeMax,
        limits.identifierValueCharactersMax,
        `${path}.blockedValues`,
      ) ?? [...(before?.blocked.values ?? [])],
      patternsOf(wish.blockedPatterns, `${path}.blockedPatterns`) ?? before?.blocked.patterns ?? [],
    ),
    folding: before?.folding ?? { plus: false, dots: false },
  };
}

function requireRange(value: number, min: number, max: number, field: string): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  const limit = value < min ? min : max;
  throw new Refusal('OUT_OF_RANGE', `This field takes ${min} to ${max}.`, { field, limit });
}

function texts(given: readonly string[] | null | undefined, countMax: number, charactersMax: number, field: string) {
  if (given == null) return null;
  if (given.length > countMax)
    throw new Refusal('TOO_MANY', `At most ${countMax} of them.`, { field, limit: countMax });
  return given.map((text, place) => {
    const checked = plainText(charactersMax)(text, null, `${field}[${place}]`).trim();
    if (checked === '') {
      throw new Refusal('TOO_FEW', 'An empty value is blocked anyway.', { field: `${field}[${place}]`, limit: 1 });
    }
    return checked;
  });
}

/** A pattern with hardly a letter in it would block nearly everything. */
const literalsMin = 3;

function patternsOf(given: readonly string[] | null | undefined, field: string): string[] | null {
  const patterns = texts(given, limits.blockedPatternsPerTypeMax, limits.shortTextCharactersMax, field);
  const place = patterns?.findIndex((pattern) => literalCharacters(pattern) < literalsMin) ?? -1;
  if (place < 0) return patterns;
  const sentence = `A pattern has at least ${literalsMin} characters that stand for themselves: else it blocks too much.`;
  throw new Refusal('INPUT_INVALID', sentence, { field: `${field}[${place}]`, limit: literalsMin });
}

/** Names of the types of which stored values may have another form, or be blocked, by the new settings. */
export function changedForms(before: Settings, after: Settings): string[] {
  return [...after.types.values()]
    .filter((type) => {
      const was = before.types.get(type.name);
      if (!was) return false;
      const isFolded = was.folding.plus !== type.folding.plus || was.folding.dots !== type.folding.dots;
      return (
        was.comparison !== type.comparison ||
        was.isScoped !== type.isScoped ||
        (type.comparison === 'email' && isFolded) ||
        (type.comparison === 'phone' && before.defaultRegion !== after.defaultRegion) ||
        !isSame(was.blocked.patterns, type.blocked.patterns) ||
        !isSame([...was.blocked.values], [...type.blocked.values])
      );
    })
    .map((type) => type.name);
}

const isSame = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((one) => b.includes(one));

/** What stored values of these types were normalised by. */
export function formerRules(before: Settings, names: readonly string[]): FormerRules {
  const types = names.map((name) => before.types.get(name) as IdentifierType);
  return {
    defaultRegion: before.defaultRegion,
    folding: before.folding,
    comparisons: Object.fromEntries(types.map((type) => [type.name, type.comparison])),
    scoped: types.filter((type) => type.isScoped).map((type) => type.name),
  };
}
