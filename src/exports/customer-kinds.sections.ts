import { filteredCustomers } from '../identity/customer-list.sections.js';
import { everyCustomer } from '../identity/customer-row.sections.js';
import { maskedValue } from '../identity/masking.js';
import type { Field } from '../platform/composer.js';
import { nothing, raw, type Sql, sql, workspace } from '../platform/sql.js';
import { isNotOver } from '../segments/segment.sections.js';
import { canonicalOf, customerIdOf, ofCustomer, since, until } from './customer-of-row.sections.js';
import { type Column, type ExportKind, id, int, json, text, time } from './export-kind.js';

/** Customers, row `c`. */
export const customerKind: ExportKind = {
  list: { type: 'Query', field: 'customers', hasNodes: true },
  rowType: 'Customer',
  arguments: {
    segment: 'segment',
    createdFrom: 'filter.createdFrom',
    createdTo: 'filter.createdTo',
    lastSeenFrom: 'filter.lastSeenFrom',
    lastSeenTo: 'filter.lastSeenTo',
    hasIdentifierType: 'filter.hasIdentifierType',
  },
  own: { customerId: { form: 'customer', where: (value) => sql`and c.id = ${canonicalOfValue(value)}` } },
  columns: {
    id: id('id'),
    mergedIds: json('mergedIds'),
    displayName: text('displayName'),
    traits: json('traits'),
    createdAt: time('createdAt'),
    lastSeenAt: time('lastSeenAt'),
    identifiers: json('identifiers { type value verification primary shared firstSeenAt lastSeenAt }'),
    segments: json('segments { segment { key } since }'),
    openIssueCount: int('openIssueCount'),
    touchpointCount: int('coverage.totalTouchpoints'),
  },
  keyset: { table: 'profile', column: 'id', type: 'bigint' },
  key: 'c.id',
  rows: (q, f) => sql`${everyCustomer}
where true ${filteredCustomers(f)} ${f.has('segment') ? q.narrowing(f, 'segment').condition(f) : nothing}`,
};

function canonicalOfValue(value: Sql): Sql {
  return sql`(select pr.canonical_id from profile pr where pr.workspace_id = ${workspace}::int and pr.id = ${value}::bigint)`;
}

/** Memberships of segments, present and past, rows `sm` and `s`. */
export const membershipKind: ExportKind = {
  list: { type: 'Customer', field: 'segments', hasNodes: false },
  rowType: 'SegmentMembership',
  arguments: {},
  own: {
    customerId: ofCustomer('sm.profile_id'),
    segment: { form: 'text', where: (value) => sql`and s.key = ${value}::text` },
    present: { form: 'boolean', where: (value) => sql`and (sm.until_at is null and ${isNotOver}) = ${value}::boolean` },
    from: since('sm.since_at'),
    to: until('sm.since_at'),
  },
  columns: {
    customerId: customerIdOf('sm.profile_id'),
    segment: text('segment.key'),
    segmentName: text('segment.name'),
    since: time('since'),
    until: time('until'),
    reason: json('reason { text }'),
  },
  keyset: { table: 'segment_member', column: 'profile_id', type: 'bigint' },
  key: 'sm.profile_id',
  rows: () => sql`from segment_member sm
join segment s on s.workspace_id = ${workspace}::int and s.id = sm.segment_id and s.deleted_at is null
where sm.workspace_id = ${workspace}::int`,
};

/** Free text may hold anything: masked callers do not get it. */
const unmasked =
  (column: string) =>
  (f: Field): Sql =>
    raw(f.isMasked ? 'null::text' : column);

const plain = (type: Column['type'], column: string): Column => ({ type, sql: () => raw(column) });

/** Who became whom: merges, merges taken back, and identifiers that changed hands; row `ch`. */
export const identityChangeKind: ExportKind = {
  list: { type: 'Customer', field: 'mergeHistory', hasNodes: true },
  rowType: 'Merge',
  arguments: {},
  own: { from: since('ch.at'), to: until('ch.at') },
  columns: {
    id: plain('id', 'ch.id'),
    change: plain('word', 'ch.change'),
    at: plain('time', 'ch.at'),
    customerId: { type: 'id', sql: () => sql`'cus_' || ${canonicalOf('coalesce(ch.to_id, ch.from_id)')}` },
    fromId: plain('id', `'cus_' || ch.from_id`),
    toId: plain('id', `'cus_' || ch.to_id`),
    identifierType: plain('text', 'ch.type'),
    identifierValue: { type: 'text', sql: (f) => (f.isMasked ? maskedValue('ch.value') : raw('ch.value')) },
    rule: plain('text', 'ch.rule'),
    actor: plain('text', 'ch.actor'),
    reason: { type: 'text', sql: unmasked('ch.reason') },
    touchpointId: { type: 'id', sql: () => raw(`'tp_' || replace(ch.touchpoint_id::text, '-', '')`) },
  },
  keyset: null,
  key: 'ch.at, ch.id',
  rows: () => sql`from (
  select 'mrg_' || m.id as id, 'MERGED' as change, m.merged_at as at, m.absorbed_id as from_id, m.survivor_id as to_id,
    null::text as type, null::text as value, m.rule, m.actor, m.reason, m.touchpoint_id
  from merge m
  where m.workspace_id = ${workspace}::int
  union all
  select 'mrg_' || m.id || '_undone', 'UNMERGED', m.undone_at, m.survivor_id, m.absorbed_id, null, null, m.rule,
    m.undone_by, m.undo_reason, null
  from merge m
  where m.workspace_id = ${workspace}::int and m.undone_at is not null
  union all
  select 'ide_' || e.id, upper(e.act), e.happened_at, e.from_profile_id, e.to_profile_id, e.type, e.value, e.act,
    e.actor, e.reason, e.touchpoint_id
  from identifier_event e
  where e.workspace_id = ${workspace}::int
) ch
where true`,
};
