import { journeyStatuses } from '../journeys/journey-state.js';
import type { Composer, Field, Shapes } from '../platform/composer.js';
import { limits } from '../platform/limits.js';
import { raw, type Sql, sql, word, workspace } from '../platform/sql.js';
import { plainText } from '../platform/text-argument.js';
import { idOf } from '../touchpoints/touchpoint.sections.js';
import { channels } from '../touchpoints/vocabulary.js';
import { surveyKinds, surveyTriggers } from './survey.js';

const key = plainText(limits.shortTextCharactersMax);

/** Row alias `sv` of a survey; customers do not see what we ask whom. */
export function surveyById(f: Field, id: Sql): Sql {
  const hidden = raw(f.isPortal ? 'and false' : '');
  return sql`from survey sv
    where sv.workspace_id = ${workspace}::int and sv.id = ${id}::uuid ${hidden}`;
}

/** The words of an array of codes; null when there is none. */
export const wordsOf = (column: string, words: readonly string[]) => sql`(
  select json_agg(${word('w.code', words)} order by w.n)
  from unnest(${raw(column)}) with ordinality w(code, n))`;

/** Row alias `sv` for a survey, `tx` for a text of it. */
export const surveyShapes = (q: Composer): Shapes => ({
  Query: {
    surveys: (f) => q.list(f, sql`from survey sv where sv.workspace_id = ${workspace}::int order by sv.key`),
    survey: (f) =>
      q.object(
        f,
        sql`from survey sv where sv.workspace_id = ${workspace}::int and sv.key = ${f.arg('key', key)}::text`,
      ),
  },
  Survey: {
    id: idOf('srv', 'sv.id'),
    key: raw('sv.key'),
    name: raw('sv.name'),
    kind: sql`coalesce(${word('sv.kind', surveyKinds)}, 'OWN')`,
    scoreMin: raw('sv.score_min'),
    scoreMax: raw('sv.score_max'),
    texts: (f) => q.list(f, raw('from json_array_elements(sv.texts) with ordinality tx(part, n) order by tx.n')),
    trigger: (f) => q.object(f, raw('from (select) tg where sv.trigger is not null')),
    delaySeconds: raw('sv.delay_seconds'),
    quietDays: raw('sv.quiet_days'),
    validDays: raw('sv.valid_days'),
    isActive: raw('sv.is_active'),
    version: raw('sv.version'),
    createdAt: raw('sv.created_at'),
    updatedAt: raw('sv.updated_at'),
  },
  SurveyText: {
    language: raw(`tx.part ->> 'language'`),
    question: raw(`tx.part ->> 'question'`),
    lowest: raw(`tx.part ->> 'lowest'`),
    highest: raw(`tx.part ->> 'highest'`),
    commentQuestion: raw(`tx.part ->> 'commentQuestion'`),
  },
  SurveyTrigger: {
    on: word('sv.trigger', surveyTriggers),
    channels: wordsOf('sv.channels', channels),
    kinds: raw('to_json(sv.kinds)'),
    topics: raw('to_json(sv.topics)'),
    moment: sql`(
      select m.key from moment_of_truth m where m.workspace_id = ${workspace}::int and m.id = sv.moment_id)`,
    blueprint: sql`(
      select b.key from blueprint b where b.workspace_id = ${workspace}::int and b.id = sv.blueprint_id)`,
    endings: wordsOf('sv.endings', journeyStatuses),
  },
});
