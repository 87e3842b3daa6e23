import type { JourneyStatus } from '../journeys/journey-state.js';
import { Refusal } from '../platform/refusal.js';
import type { Channel } from '../touchpoints/vocabulary.js';

/** Stored as its place in this list: append only. */
export const surveyKinds = ['CSAT', 'NPS', 'CES', 'OWN'] as const;
export type SurveyKind = (typeof surveyKinds)[number];

/** Stored as its place in this list: append only. */
export const surveyTriggers = ['TOUCHPOINT', 'JOURNEY_END'] as const;
export type SurveyTriggerOn = (typeof surveyTriggers)[number];

export interface Scale {
  readonly min: number;
  readonly max: number;
}

/** The scale on which each kind is asked and shown everywhere; one of one's own has none. */
export const customaryScale: Readonly<Record<Exclude<SurveyKind, 'OWN'>, Scale>> = {
  CSAT: { min: 1, max: 5 },
  NPS: { min: 0, max: 10 },
  CES: { min: 1, max: 7 },
};

/** From where on an answer is a good one, and up to where a bad one, as parts of its scale. */
export const decisiveScores: Readonly<Record<SurveyKind, { readonly good: number; readonly bad: number }>> = {
  CSAT: { good: 0.75, bad: 0.25 },
  NPS: { good: 0.9, bad: 0.6 },
  CES: { good: 0.75, bad: 0.25 },
  OWN: { good: 0.75, bad: 0.25 },
};

export interface AskedText {
  readonly language: string;
  readonly question: string;
  readonly lowest: string | null;
  readonly highest: string | null;
  readonly commentQuestion: string | null;
}

export type Trigger =
  | {
      readonly on: 'TOUCHPOINT';
      readonly channels: readonly Channel[] | null;
      readonly kinds: readonly string[] | null;
      readonly topics: readonly string[] | null;
      /** Key of a moment of truth. */
      readonly moment: string | null;
    }
  | { readonly on: 'JOURNEY_END'; readonly blueprint: string; readonly endings: readonly JourneyStatus[] };

/**
 * What somebody is asked: in the first of the languages that she speaks in which there is something, a variant of it
 * (`de-AT` for `de`) included; else in the survey's first.
 */
export function textFor(texts: readonly AskedText[], languages: readonly (string | null | undefined)[]): AskedText {
  for (const language of languages) {
    const wanted = language?.toLowerCase();
    if (!wanted) continue;
    const exact = texts.find((text) => text.language.toLowerCase() === wanted);
    if (exact) return exact;
    const primary = wanted.split('-')[0];
    const near = texts.find((text) => text.language.toLowerCase().split('-')[0] === primary);
    if (near) return near;
  }
  return texts[0] as AskedText;
}

/** @throws Refusal OUT_OF_RANGE when the score is no point of the scale */
export function requireScore(score: unknown, { min, max }: Scale, field: string): number {
  if (Number.isInteger(score) && (score as number) >= min && (score as number) <= max) return score as number;
  throw new Refusal('OUT_OF_RANGE', `A score of this survey is a whole number from ${min} to ${max}.`, {
    field,
    limit: max,
  });
}
