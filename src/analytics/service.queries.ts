import type { EntityManager } from 'typeorm';
import { named } from '../platform/named-sql.js';
import {
  type Grouping,
  type GroupRow,
  groupColumns,
  grouped,
  type SampleRow,
  type SecondsRow,
  sample,
  seconds,
} from './groups.js';
import { inbound, isContact, matches, type Span, type SpanName, touchpointsIn } from './span.js';

export interface ServiceRow extends GroupRow {
  readonly touchpoints: number;
  readonly contacts: number;
  readonly inboundContacts: number;
  readonly abandoned: number;
  readonly wait: SecondsRow;
  readonly hold: SecondsRow;
  readonly handle: SecondsRow;
  readonly sentiment: SampleRow;
}

/** Volume, waiting, holding, handling, giving up and how customers sounded. One walk along `touchpoint_time`, index only. */
export async function serviceFigures(db: EntityManager, span: Span, grouping: Grouping): Promise<ServiceRow[]> {
  const isIn = `r.is_contact and r.direction = ${inbound}`;
  const statement = named<SpanName>(
    `with told as (
       select ${groupColumns(grouping, 't')}, t.direction, ${isContact('t')} as is_contact, t.is_abandoned,
         t.wait_seconds, t.hold_seconds, t.handle_seconds, t.sentiment
       ${touchpointsIn(span, {}, false, `and ${matches(span, 't')}`)}
     )`,
    grouped(
      'told',
      grouping,
      `count(*)::int as touchpoints, count(*) filter (where r.is_contact)::int as contacts,
       count(*) filter (where ${isIn})::int as "inboundContacts",
       count(*) filter (where ${isIn} and r.is_abandoned)::int as abandoned,
       ${(['wait', 'hold', 'handle'] as const)
         .map((name) => seconds(`case when r.is_contact then r.${name}_seconds end`, name))
         .join(',\n       ')},
       ${sample('case when r.is_contact then r.sentiment::float8 end', 'sentiment')}`,
    ),
  );
  return db.query(statement.text, statement.values(span));
}
