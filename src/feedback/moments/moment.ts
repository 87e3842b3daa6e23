import { requireKey } from '../../journeys/blueprint-check.js';
import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import { requireText } from '../../platform/text-input.js';
import type { Channel } from '../../touchpoints/vocabulary.js';
import { requireWords } from '../survey-check.js';
import type { CreateMomentOfTruthInput, UpdateMomentOfTruthInput } from './moment.types.js';

/** What a workspace marks as mattering most. */
export interface Moment {
  readonly key: string;
  readonly name: string;
  readonly kinds: readonly string[];
  readonly channels: readonly Channel[] | null;
  readonly topics: readonly string[] | null;
  readonly goodOutcomes: readonly string[];
  readonly badOutcomes: readonly string[];
  readonly isActive: boolean;
}

export function momentOf(input: CreateMomentOfTruthInput): Moment {
  const blank = { name: '', channels: null, topics: null, goodOutcomes: [], badOutcomes: [], isActive: true };
  return changed({ ...blank, key: requireKey(input.key, 'input.key'), kinds: [] }, input);
}

/** A moment as a change of it leaves it; what the change leaves out stays. */
export function changed(moment: Moment, input: Omit<UpdateMomentOfTruthInput, 'key' | 'version'>): Moment {
  const words = (name: 'kinds' | 'topics' | 'goodOutcomes' | 'badOutcomes') =>
    input[name] == null ? moment[name] : requireWords(input[name], `input.${name}`);
  const next: Moment = {
    key: moment.key,
    name: input.name == null ? moment.name : requireText(input.name, 'input.name', limits.nameCharactersMax),
    kinds: words('kinds') ?? [],
    channels:
      input.channels == null ? moment.channels : input.channels.length === 0 ? null : [...new Set(input.channels)],
    topics: words('topics'),
    goodOutcomes: words('goodOutcomes') ?? [],
    badOutcomes: words('badOutcomes') ?? [],
    isActive: input.isActive ?? moment.isActive,
  };
  if (next.kinds.length === 0) {
    throw new Refusal('TOO_FEW', 'A moment of truth names at least one kind of touchpoint.', {
      field: 'input.kinds',
      limit: 1,
    });
  }
  const both = next.goodOutcomes.find((one) => next.badOutcomes.includes(one));
  if (both === undefined) return next;
  throw new Refusal('INPUT_INVALID', `${both} cannot say that it went well and that it went badly.`, {
    field: 'input.badOutcomes',
  });
}
