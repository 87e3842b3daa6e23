import { instantOf } from '../identity/customer-row.sections.js';
import type { Composer, Field, Shapes } from '../platform/composer.js';
import { connection } from '../platform/connection.js';
import { limits } from '../platform/limits.js';
import { nothing, raw, type Sql, sql } from '../platform/sql.js';
import { plainText } from '../platform/text-argument.js';
import { journeys, ofBlueprint } from './journey.sections.js';
import { type JourneyStatus, journeyStatuses } from './journey-state.js';

const statusCodes = (values: readonly JourneyStatus[]) => [
  ...new Set(values.map((value) => journeyStatuses.indexOf(value))),
];

const allStatuses = raw(`'{${journeyStatuses.map((_, code) => code)}}'::smallint[]`);

/**
 * The list for whoever looks after journeys of all customers. It walks `journey_of_blueprint`
 * or `journey_status`, once per status.
 */
export const journeyListShapes = (q: Composer): Shapes => ({
  Query: {
    journeys: (f) => {
      const only = narrowed(f);
      const status = f.has('status') ? sql`${f.arg('status', statusCodes)}::smallint[]` : allStatuses;
      return connection(q, f, {
        row: 'j',
        at: 'started_at',
        id: 'id',
        rows: (page) => sql`
          select j.*
          from unnest(${status}) s(status)
          cross join lateral (
            select j.*
            from (${journeys(f, raw('and o.status = s.status'))}) j
            where true ${only} ${page}
          ) j
          where true ${page}`,
      });
    },
  },
});

/** The arguments of the list, as conditions on row `j`. */
function narrowed(f: Field): Sql {
  const when = (arg: string, condition: () => Sql) => (f.has(arg) ? sql`\n    and ${condition()}` : nothing);
  const text = plainText(limits.shortTextCharactersMax);
  return [
    when('blueprint', () => ofBlueprint(f)),
    when('step', () => sql`j.step = ${f.arg('step', text)}::text`),
    when('isStuck', () => sql`j.is_stuck = ${f.arg('isStuck')}::boolean`),
    when('isOverdue', () => sql`coalesce(j.expected_at <= ${instantOf(f)}, false) = ${f.arg('isOverdue')}::boolean`),
    when('turn', () => sql`j.turn ->> 'name' = ${f.arg('turn', text)}::text`),
    when('from', () => sql`j.started_at >= ${f.arg('from')}::timestamptz`),
    when('to', () => sql`j.started_at < ${f.arg('to')}::timestamptz`),
  ].reduce((all, one) => sql`${all}${one}`, nothing);
}
