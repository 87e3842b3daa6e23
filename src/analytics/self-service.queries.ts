import type { EntityManager } from 'typeorm';
import { named } from '../platform/named-sql.js';
import { type Grouping, type GroupRow, groupColumns, grouped } from './groups.js';
import {
  call,
  inbound,
  isContact,
  matches,
  type Span,
  type SpanName,
  selfServed,
  touchpointsIn,
  within,
} from './span.js';

export interface SelfServiceRow extends GroupRow {
  readonly visits: number;
  readonly ripe: number;
  readonly contained: number;
  readonly leaked: number;
}

/** Visits, and whether the customer came to people within a day after: along `touchpoint_time`, index only. */
export async function selfServiceFigures(db: EntityManager, span: Span, grouping: Grouping): Promise<SelfServiceRow[]> {
  const next = (condition: string) => `min(t.occurred_at) filter (where ${condition}) over w_after`;
  const statement = named<SpanName>(
    `with told as (
       select p.canonical_id as customer, t.id, t.occurred_at, t.channel, t.direction, t.topic, t.queue, t.agent_id,
         ${span.blueprint === null ? 'null::uuid as journey_id' : 't.journey_id'}
       ${touchpointsIn(
         span,
         { after: '24 hours' },
         true,
         `and (t.channel in (${selfServed}) or t.direction = ${inbound})`,
       )}
     ), followed as (
       -- From the latest on, so that each minimum is the one that follows, and only ever moves.
       select t.*, ${next(`t.channel in (${selfServed})`)} as visits_again_at,
         ${next(isContact('t'))} as contact_at, ${next(`t.channel = ${call}`)} as call_at
       from told t
       window w_after as (
         partition by t.customer order by t.occurred_at desc, t.id desc rows between unbounded preceding and 1 preceding
       )
     ), visit as (
       select ${groupColumns(grouping, 'f')}, f.occurred_at <= :now::timestamptz - interval '24 hours' as is_ripe,
         (f.contact_at - f.occurred_at <= interval '24 hours') is true as has_contact,
         (f.call_at - f.occurred_at <= interval '24 hours') is true as has_call
       from followed f
       where f.channel in (${selfServed}) and (f.visits_again_at - f.occurred_at <= interval '1 hour') is not true
         and ${within('f')} and ${matches(span, 'f')}
     )`,
    grouped(
      'visit',
      grouping,
      `count(*)::int as visits, count(*) filter (where r.is_ripe)::int as ripe,
       count(*) filter (where r.is_ripe and not r.has_contact)::int as contained,
       count(*) filter (where r.is_ripe and r.has_call)::int as leaked`,
    ),
  );
  return db.query(statement.text, statement.values(span));
}
