import { asOf, customerOf, instantOf, knownBy } from '../identity/customer-row.sections.js';
import type { Composer, Field, Shapes } from '../platform/composer.js';
import { connection } from '../platform/connection.js';
import { requireId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { nothing, type Request, raw, type Sql, sql, word, workspace } from '../platform/sql.js';
import { plainText } from '../platform/text-argument.js';
import { filtered, idOf } from '../touchpoints/touchpoint.sections.js';
import { shown, touchpointRows } from '../touchpoints/touchpoint-rows.sections.js';
import { channels } from '../touchpoints/vocabulary.js';
import { blueprintOfJourney } from './blueprint.sections.js';
import { journeyStatuses } from './journey-state.js';

/** Versions that `history`, and changes that `channels` shows. */
const versionsMax = 200;

const statusCodes = (statuses: readonly string[]) => statuses.map((status) => journeyStatuses.indexOf(status as never));

/**
 * Journeys, alias `o` inside, as they are now, or as an instant knew them: the latest version of that time, by the
 * primary key of `journey_version`.
 */
export function journeys(f: Field, where: Sql): Sql {
  const time = asOf(f);
  if (time === null) {
    return sql`
      select o.id, o.profile_id, o.blueprint_id, o.blueprint_version, o.version, o.status, o.step, o.started_at,
        o.step_since, o.updated_at, o.expected_at, o.ended_at, o.is_stuck, o.state, o.turn, o.cause, o.source,
        o.external_id
      from journey o
      where o.workspace_id = ${workspace}::int ${where}`;
  }
  return sql`
    select o.id, o.profile_id, o.blueprint_id, v.blueprint_version, v.version, v.status, v.step, v.started_at,
      v.step_since, v.changed_at as updated_at, v.expected_at, v.ended_at,
      coalesce(v.stuck_at <= ${time}::timestamptz, false) as is_stuck, v.state, v.turn, v.cause, o.source, o.external_id
    from journey o
    cross join lateral (
      select v.*
      from journey_version v
      where v.workspace_id = ${workspace}::int and v.journey_id = o.id and v.changed_at <= ${time}::timestamptz
      order by v.version desc
      limit 1
    ) v
    where o.workspace_id = ${workspace}::int ${where}`;
}

const journeyId = (text: string, _request: Request, path: string) => requireId('journey', text, path);

/** The row of one journey, alias `j`, by its id; a portal token finds journeys of its own customer only. */
export function journeyById(f: Field, id: Sql): Sql {
  const own = f.isPortal ? sql`and exists (select ${customerOf(f, raw('o.profile_id'))})` : nothing;
  return sql`from (${journeys(f, sql`and o.id = ${id}::uuid ${own}`)}) j`;
}

/** That journey `j` runs by the blueprint whose key the argument `blueprint` is. */
export function ofBlueprint(f: Field): Sql {
  return sql`j.blueprint_id = (
    select b.id
    from blueprint b
    where b.workspace_id = ${workspace}::int
      and b.key = ${f.arg('blueprint', plainText(limits.shortTextCharactersMax))}::text)`;
}

/** `from …` of the touchpoints (row `t`) of journey `j` that an answer may show; a customer sees her own part. */
export function touchpointsOf(f: Field, condition: Sql = nothing, page: Sql = nothing): Sql {
  const own = f.isPortal ? sql`and exists (select ${customerOf(f, raw('t.profile_id'))})` : nothing;
  return touchpointRows(f, sql`and t.journey_id = j.id ${shown(f)} ${own} ${condition}`, page);
}

/** The step of journey `j`, row `st`, as its version of the blueprint has it. */
export const stepOfJourney = sql`from blueprint_version bv
  cross join lateral json_array_elements(bv.definition -> 'steps') st(step)
  where bv.workspace_id = ${workspace}::int and bv.blueprint_id = j.blueprint_id and bv.version = j.blueprint_version
    and st.step ->> 'key' = j.step`;

/** Where journey `j` went on: touchpoints and acts in their order, each change of channel once. Row `ch`. */
function channelChanges(f: Field): Sql {
  return sql`from (
    select e.channel, e.at, lag(e.channel) over (order by e.at, e.rank) as before
    from (
      select t.channel, t.occurred_at as at, 0 as rank
      ${touchpointsOf(f)}
      union all
      select a.channel, a.at, a.n
      from journey_act a
      where a.workspace_id = ${workspace}::int and a.journey_id = j.id and a.channel is not null ${knownBy(f, 'a.at')}
    ) e
  ) ch
  where ch.before is distinct from ch.channel
  order by ch.at
  limit ${raw(String(versionsMax))}`;
}

/** The arguments that narrow a list of journeys, as conditions on row `j`. */
export function filteredJourneys(f: Field): Sql {
  const status = f.has('status') ? sql`and j.status = any(${f.arg('status', statusCodes)}::smallint[])` : nothing;
  const blueprint = f.has('blueprint') ? sql`and ${ofBlueprint(f)}` : nothing;
  return sql`${status} ${blueprint}`;
}

/** Row alias `j` for a journey. Lists walk `journey_history` once per profile of the customer. */
export const journeyShapes = (q: Composer): Shapes => ({
  Query: {
    journey: (f) => q.object(f, journeyById(f, sql`${f.arg('id', journeyId)}`)),
  },
  Customer: {
    journeys: (f) =>
      connection(q, f, {
        row: 'j',
        at: 'started_at',
        id: 'id',
        rows: (page) => sql`
          select j.*
          from unnest(c.members) m(id)
          cross join lateral (
            select j.*
            from (${journeys(f, raw('and o.profile_id = m.id'))}) j
            where true ${filteredJourneys(f)} ${page}
          ) j
          where true ${page}`,
      }),
  },
  Touchpoint: {
    journey: (f) => q.object(f, journeyById(f, raw('t.journey_id'))),
  },
  Journey: {
    id: idOf('jrn', 'j.id'),
    status: word('j.status', journeyStatuses),
    blueprint: (f) => q.object(f, blueprintOfJourney('j.blueprint_id', 'j.blueprint_version')),
    step: (f) => q.object(f, stepOfJourney),
    // What the steps were told may say who a person is: masked callers do not get it.
    state: (f) => raw(f.isMasked ? `'{}'::json` : 'j.state'),
    version: raw('j.version'),
    startedAt: raw('j.started_at'),
    stepSince: raw('j.step_since'),
    updatedAt: raw('j.updated_at'),
    endedAt: raw('j.ended_at'),
    expectedAt: raw('j.expected_at'),
    isOverdue: (f) => sql`coalesce(j.expected_at <= ${instantOf(f)}, false)`,
    isStuck: raw('j.is_stuck'),
    lastChange: (f) => q.object(f, raw('from (select j.cause as part) ca')),
    turn: (f) => q.object(f, raw('from (select j.turn as part where j.turn is not null) tn')),
    channels: (f) => q.list(f, channelChanges(f)),
    history: (f) =>
      q.list(
        f,
        sql`from journey_version jv
          where jv.workspace_id = ${workspace}::int and jv.journey_id = j.id ${knownBy(f, 'jv.changed_at')}
          order by jv.version desc
          limit ${raw(String(versionsMax))}`,
      ),
    source: raw('j.source'),
    externalId: raw('j.external_id'),
    customer: (f) => q.object(f, customerOf(f, raw('j.profile_id'))),
    touchpoints: (f) =>
      connection(q, f, {
        row: 't',
        at: 'occurred_at',
        id: 'id',
        rows: (page) => sql`select t.* ${touchpointsOf(f, filtered(f), page)}`,
      }),
  },
  JourneyCause: {
    kind: raw(`ca.part ->> 'kind'`),
    by: raw(`ca.part ->> 'by'`),
    channel: raw(`ca.part ->> 'channel'`),
    at: raw(`to_timestamp((ca.part ->> 'at')::float8 / 1000)`),
    actor: raw(`ca.part ->> 'actor'`),
    touchpointId: raw(`'tp_' || (ca.part ->> 'touchpoint')`),
  },
  JourneyTurn: {
    to: raw(`tn.part ->> 'to'`),
    name: raw(`tn.part ->> 'name'`),
  },
  JourneyChannel: {
    channel: word('ch.channel', channels),
    since: raw('ch.at'),
  },
  JourneyVersion: {
    version: raw('jv.version'),
    status: word('jv.status', journeyStatuses),
    step: raw('jv.step'),
    changedAt: raw('jv.changed_at'),
    cause: (f) => q.object(f, raw('from (select jv.cause as part) ca')),
  },
});
