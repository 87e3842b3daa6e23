import { issueStatuses } from '../issues/issue-state.js';
import { join, nothing, raw, type Sql, sql, word, workspace } from '../platform/sql.js';
import { filtered, idOf } from '../touchpoints/touchpoint.sections.js';
import { channels, directions } from '../touchpoints/vocabulary.js';
import type { Column, ExportKind } from './export-kind.js';
import { touchpointKind } from './fact-kinds.sections.js';

const own = (type: Column['type'], column: Sql): Column => ({ type, sql: () => column });

/** What an event or object of an object-centric log has. */
interface Thing {
  readonly id: Sql;
  readonly type: Sql;
  readonly time: Sql;
  /** A JSON object. */
  readonly attributes: Sql;
  /** A JSON list. */
  readonly relationships: Sql;
  /** What stands beside the touchpoints that the filters find. */
  readonly joined: Sql;
  /** What tells things apart: each goes out once, however many touchpoints are about it. */
  readonly key: string;
}

function thingsOf(of: Thing): ExportKind {
  return {
    ...touchpointKind,
    columns: {
      id: own('id', of.id),
      type: own('text', of.type),
      time: own('time', of.time),
      attributes: own('json', of.attributes),
      relationships: own('json', of.relationships),
    },
    keyset: null,
    key: of.key,
    isDistinct: true,
    rows: (_, f) => sql`from touchpoint t
join profile pr on pr.workspace_id = ${workspace}::int and pr.id = t.profile_id
${of.joined}
where t.workspace_id = ${workspace}::int and ${raw(of.key)} is not null ${filtered(f)}`,
  };
}

const customer = sql`'cus_' || pr.canonical_id`;
const channel = sql`coalesce(${word('t.channel', channels)}, 'OTHER')`;
/** Only what is there. */
const related = (...pairs: readonly (readonly [Sql, string])[]): Sql => sql`(
  select coalesce(json_agg(json_build_object('objectId', r.id, 'qualifier', r.qualifier)), '[]')
  from (values ${join(
    pairs.map(([id, qualifier]) => sql`(${id}, ${raw(`'${qualifier}'`)})`),
    ', ',
  )}) r(id, qualifier)
  where r.id is not null)`;

/** The events: touchpoints, and whom and what they are about. */
const events: ExportKind = {
  ...thingsOf({
    id: idOf('tp', 't.id'),
    type: raw('t.kind'),
    time: raw('t.occurred_at'),
    attributes: sql`json_build_object('channel', ${channel},
    'direction', coalesce(${word('t.direction', directions)}, 'INTERNAL'), 'topic', t.topic, 'queue', t.queue,
    'outcome', t.outcome, 'source', t.source, 'durationSeconds', t.duration_seconds, 'waitSeconds', t.wait_seconds,
    'handleSeconds', t.handle_seconds)`,
    relationships: related(
      [customer, 'customer'],
      [idOf('jrn', 't.journey_id'), 'journey'],
      [idOf('cnv', 't.conversation_id'), 'conversation'],
      [idOf('iss', 't.issue_id'), 'issue'],
      [sql`'agent:' || t.agent_id`, 'agent'],
    ),
    joined: nothing,
    key: 't.id',
  }),
  keyset: touchpointKind.keyset,
  isDistinct: false,
};

const customers = thingsOf({
  id: customer,
  type: raw(`'customer'::text`),
  time: raw('who.created_at'),
  attributes: raw(`json_build_object('createdAt', who.created_at)`),
  relationships: raw(`'[]'::json`),
  joined: sql`join profile who on who.workspace_id = ${workspace}::int and who.id = pr.canonical_id`,
  key: 'pr.canonical_id',
});

const journeys = thingsOf({
  id: idOf('jrn', 't.journey_id'),
  type: raw(`'journey'::text`),
  time: raw('coalesce(j.started_at, t.occurred_at)'),
  attributes: raw(`json_build_object('blueprint', b.key, 'startedAt', j.started_at)`),
  relationships: related([customer, 'customer']),
  // A touchpoint may name a journey of which nothing else was told.
  joined: sql`left join journey j on j.workspace_id = ${workspace}::int and j.id = t.journey_id
left join blueprint b on b.workspace_id = ${workspace}::int and b.id = j.blueprint_id`,
  key: 't.journey_id',
});

const conversations = thingsOf({
  id: idOf('cnv', 't.conversation_id'),
  type: raw(`'conversation'::text`),
  time: raw('t.occurred_at'),
  attributes: sql`json_build_object('channel', ${channel})`,
  relationships: related([customer, 'customer']),
  joined: nothing,
  key: 't.conversation_id',
});

const issues = thingsOf({
  id: idOf('iss', 't.issue_id'),
  type: raw(`'issue'::text`),
  time: raw('coalesce(i.opened_at, t.occurred_at)'),
  attributes: sql`json_build_object('status', ${word('i.status', issueStatuses)}, 'topic', i.topic,
    'openedAt', i.opened_at)`,
  relationships: related([customer, 'customer']),
  joined: sql`left join issue i on i.workspace_id = ${workspace}::int and i.id = t.issue_id`,
  key: 't.issue_id',
});

const agents = thingsOf({
  id: sql`'agent:' || t.agent_id`,
  type: raw(`'agent'::text`),
  time: raw(`'epoch'::timestamptz`),
  attributes: raw(`'{}'::json`),
  relationships: raw(`'[]'::json`),
  joined: nothing,
  key: 't.agent_id',
});

/** What an object-centric log is read from, events first. Nobody asks for them by name. */
export const ocelKinds = {
  'ocel-events': events,
  'ocel-customers': customers,
  'ocel-journeys': journeys,
  'ocel-conversations': conversations,
  'ocel-issues': issues,
  'ocel-agents': agents,
} as const satisfies Record<string, ExportKind>;
