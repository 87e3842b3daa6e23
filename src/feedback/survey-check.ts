import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { optionalText, requireText } from '../platform/text-input.js';
import { type AskedText, customaryScale, type Scale, type SurveyKind, type Trigger } from './survey.js';
import type { SurveyTextInput, SurveyTouchpointTriggerInput, SurveyTriggerInput } from './survey.types.js';

const languageShape = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,7}$/;
const over = ['COMPLETED', 'ABANDONED', 'CANCELLED'] as const;

/** The scale of a new survey: the customary one, another within reason, or for a survey of one's own what it says. */
export function scaleOf(kind: SurveyKind, min: number | null | undefined, max: number | null | undefined): Scale {
  const customary = kind === 'OWN' ? null : customaryScale[kind];
  const scale = { min: min ?? customary?.min, max: max ?? customary?.max };
  if (scale.min === undefined || scale.max === undefined) {
    throw new Refusal('INPUT_INVALID', 'A survey of one’s own says its lowest and its highest score.', {
      field: scale.min === undefined ? 'input.scoreMin' : 'input.scoreMax',
    });
  }
  if (kind === 'NPS' && (scale.min !== 0 || scale.max !== 10)) {
    throw new Refusal('OUT_OF_RANGE', 'NPS is asked from 0 to 10; another scale is another survey.', {
      field: scale.min === 0 ? 'input.scoreMax' : 'input.scoreMin',
      limit: 10,
    });
  }
  const limit = limits.surveyScoreMax;
  if (Math.abs(scale.min) > limit) throw outOfScale('input.scoreMin', limit);
  if (Math.abs(scale.max) > limit) throw outOfScale('input.scoreMax', limit);
  if (scale.max > scale.min) return scale as Scale;
  throw new Refusal('OUT_OF_RANGE', 'The highest score lies above the lowest.', { field: 'input.scoreMax' });
}

function outOfScale(field: string, limit: number): Refusal {
  return new Refusal('OUT_OF_RANGE', `A scale lies between ${-limit} and ${limit}.`, { field, limit });
}

export function textsOf(inputs: readonly SurveyTextInput[]): AskedText[] {
  const field = 'input.texts';
  const limit = limits.surveyLanguagesMax;
  if (inputs.length === 0) throw new Refusal('TOO_FEW', 'A survey asks in at least one language.', { field, limit: 1 });
  if (inputs.length > limit) {
    throw new Refusal('TOO_MANY', `A survey asks in at most ${limit} languages.`, { field, limit });
  }
  const texts = inputs.map((input, place) => textOf(input, `${field}[${place}]`));
  const seen = new Set<string>();
  for (const [place, { language }] of texts.entries()) {
    if (seen.has(language.toLowerCase())) {
      throw new Refusal('INPUT_INVALID', 'Each language has one text.', { field: `${field}[${place}].language` });
    }
    seen.add(language.toLowerCase());
  }
  return texts;
}

function textOf(input: SurveyTextInput, field: string): AskedText {
  if (!languageShape.test(input.language)) {
    throw new Refusal('INPUT_INVALID', 'A language is a BCP 47 tag, such as de or pt-BR.', {
      field: `${field}.language`,
    });
  }
  const longest = limits.surveyQuestionCharactersMax;
  const optional = (name: 'lowest' | 'highest' | 'commentQuestion') =>
    optionalText(input[name], `${field}.${name}`, longest) ?? null;
  return {
    language: input.language,
    question: requireText(input.question, `${field}.question`, longest),
    lowest: optional('lowest'),
    highest: optional('highest'),
    commentQuestion: optional('commentQuestion'),
  };
}

export function triggerOf(input: SurveyTriggerInput | null | undefined): Trigger | null {
  const { touchpoint, journeyEnd } = input ?? {};
  if (touchpoint && journeyEnd) {
    throw new Refusal('TRIGGER_INVALID', 'A survey invites by touchpoints or by the end of journeys, not by both.', {
      field: 'input.trigger',
    });
  }
  if (touchpoint) return { on: 'TOUCHPOINT', ...conditionsOf(touchpoint) };
  if (!journeyEnd) return null;
  const endings = [...new Set(journeyEnd.endings)];
  const isOver = endings.every((one) => over.some((status) => status === one));
  if (endings.length > 0 && isOver) return { on: 'JOURNEY_END', blueprint: journeyEnd.blueprint, endings };
  throw new Refusal('TRIGGER_INVALID', 'A journey ends as COMPLETED, ABANDONED or CANCELLED: name at least one.', {
    field: 'input.trigger.journeyEnd.endings',
  });
}

function conditionsOf(input: SurveyTouchpointTriggerInput) {
  const field = 'input.trigger.touchpoint';
  const channels = input.channels?.length ? [...new Set(input.channels)] : null;
  const kinds = requireWords(input.kinds, `${field}.kinds`);
  const topics = requireWords(input.topics, `${field}.topics`);
  const moment =
    input.moment == null ? null : requireText(input.moment, `${field}.moment`, limits.shortTextCharactersMax);
  if (channels || kinds || topics || moment) return { channels, kinds, topics, moment };
  // Everything is a touchpoint, each page that she looks at included.
  throw new Refusal(
    'TRIGGER_INVALID',
    'Name channels, kinds, topics or a moment of truth: a survey must not follow everything.',
    {
      field,
    },
  );
}

/** Kinds, topics or outcomes; null when there are none. */
export function requireWords(values: readonly string[] | null | undefined, field: string): string[] | null {
  if (!values?.length) return null;
  const limit = limits.surveyWordsMax;
  if (values.length > limit) throw new Refusal('TOO_MANY', `${field} names at most ${limit}.`, { field, limit });
  return [...new Set(values.map((one, n) => requireText(one, `${field}[${n}]`, limits.shortTextCharactersMax)))];
}

/** A whole number within its bounds. */
export function requireWithin(value: number, min: number, max: number, field: string): number {
  if (value >= min && value <= max) return value;
  throw new Refusal('OUT_OF_RANGE', `This field takes ${min} to ${max}.`, { field, limit: max });
}
