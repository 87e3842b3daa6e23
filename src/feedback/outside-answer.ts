import { customaryScale, type Scale, type SurveyKind, surveyKinds } from './survey.js';

/** What another system's answer comes to. */
export interface OutsideAnswer {
  readonly kind: SurveyKind;
  readonly score: number | null;
  readonly scale: Scale | null;
}

/** Words of desks that ask for thumbs: 1 for up, 0 for down, on a scale of two points. */
const thumbs: Readonly<Record<string, number>> = {
  good: 1,
  goodwithcomment: 1,
  satisfied: 1,
  happy: 1,
  great: 1,
  positive: 1,
  bad: 0,
  badwithcomment: 0,
  unsatisfied: 0,
  dissatisfied: 0,
  unhappy: 0,
  poor: 0,
  negative: 0,
};

/** Words that say that somebody was asked, and has not answered. */
const notAnswered = new Set(['', 'offered', 'unoffered', 'not rated', 'unrated', 'none']);

/**
 * Reads an answer: by the scale that the sender gives with it (attribute `survey`: kind, min, max), else a number from 1
 * to 5 as the CSAT that desks ask for, else a thumb. Anything else has no score, for it may mean anything. Null when it
 * is no answer.
 */
export function readOutsideAnswer(outcome: string | null, attributes: unknown): OutsideAnswer | null {
  const text = outcome?.trim().toLowerCase() ?? '';
  if (notAnswered.has(text)) return null;
  const number = /^-?\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : null;
  const said = scaleSaid(attributes);
  if (said) {
    const isOn = number !== null && number >= said.scale.min && number <= said.scale.max;
    return isOn ? { kind: said.kind, score: number, scale: said.scale } : { kind: said.kind, score: null, scale: null };
  }
  const { min, max } = customaryScale.CSAT;
  if (number !== null && number >= min && number <= max) {
    return { kind: 'CSAT', score: number, scale: customaryScale.CSAT };
  }
  const thumb = number === null ? thumbs[text.replaceAll(/[\s_-]/g, '')] : undefined;
  if (thumb !== undefined) return { kind: 'CSAT', score: thumb, scale: { min: 0, max: 1 } };
  return { kind: 'OWN', score: null, scale: null };
}

function scaleSaid(attributes: unknown): { readonly kind: SurveyKind; readonly scale: Scale } | null {
  const survey = (attributes as { survey?: unknown } | null)?.survey;
  if (typeof survey !== 'object' || survey === null) return null;
  const { kind, min, max } = survey as Readonly<Record<string, unknown>>;
  const known = surveyKinds.find((one) => one === kind);
  if (!known) return null;
  const customary = known === 'OWN' ? null : customaryScale[known];
  const low = min ?? customary?.min;
  const high = max ?? customary?.max;
  const isScale = typeof low === 'number' && typeof high === 'number' && low < high && Math.max(-low, high) <= 1e6;
  return isScale ? { kind: known, scale: { min: low, max: high } } : null;
}
