import { asOf, customerOf, instantOf, knownBy } from '../identity/customer-row.sections.js';
import type { Composer, Field, Shapes } from '../platform/composer.js';
import { connection } from '../platform/connection.js';
import { raw, type Sql, sql, word, workspace } from '../platform/sql.js';
import { endings } from './membership-change.js';

/** Decisions that `segmentDecisions` shows, the newest. */
const decisionsMax = 100;

/** What was not known to the asked time had not happened then. */
const known = (f: Field, column: string): Sql => {
  const time = asOf(f);
  return time ? sql`case when ${raw(column)} <= ${time}::timestamptz then ${raw(column)} end` : raw(column);
};

/** When membership `sm` ended, also where it has run out and nobody has noted it yet. */
const endOf = (f: Field): Sql => sql`coalesce(${known(f, 'sm.until_at')},
    case when sm.expires_at <= ${instantOf(f)} then sm.expires_at end)`;

/** Memberships, row `sm`, that the asked time knew of; `id` tells those of one instant apart. */
const memberships = (f: Field, where: Sql): Sql => sql`
  select sm.*, md5(sm.profile_id || ' ' || sm.segment_id)::uuid as id
  from segment_member sm
  where sm.workspace_id = ${workspace}::int ${knownBy(f, 'sm.since_at')} ${where}`;

/**
 * Present memberships of all profiles of the customer, by primary key: after a merge the rows of the absorbed ones count
 * until the survivor is evaluated, and of one segment the oldest row speaks. Those that a time knew of were open then.
 */
export function presentOf(f: Field): Sql {
  const time = asOf(f);
  const [open, alive] =
    time === null
      ? // Worded so that only the primary key can find them: the other indexes begin elsewhere.
        [raw(`coalesce(sm.until_at, 'infinity') = 'infinity'`), raw('s.deleted_at is null')]
      : [
          sql`sm.since_at <= ${time}::timestamptz and (sm.until_at is null or sm.until_at > ${time}::timestamptz)`,
          sql`(s.deleted_at is null or s.deleted_at > ${time}::timestamptz)`,
        ];
  return sql`from (
          select distinct on (sm.segment_id) sm.*
          from unnest(c.members) m(id)
          cross join lateral (
            select sm.*
            from segment_member sm
            where sm.workspace_id = ${workspace}::int and sm.profile_id = m.id and ${open}
              and (sm.expires_at is null or sm.expires_at > ${instantOf(f)})
          ) sm
          order by sm.segment_id, sm.since_at, sm.profile_id
        ) sm
        join segment s on s.workspace_id = ${workspace}::int and s.id = sm.segment_id and ${alive}
        order by s.key`;
}

/** Decisions, row `d`, that the asked time knew of, by `segment_decision_history`. */
const decisions = (f: Field): Sql => sql`from (
    select d.*, ${known(f, 'd.ended_at')} as end_at
    from unnest(c.members) m(id)
    join segment_decision d on d.workspace_id = ${workspace}::int and d.profile_id = m.id ${knownBy(f, 'd.decided_at')}
    order by d.decided_at desc, d.id desc
    limit ${raw(String(decisionsMax))}
  ) d
  order by d.decided_at desc, d.id desc`;

/** What people wrote, and what was seen of a trait, may say who a person is: masked callers do not get it. */
const masked = (f: Field, value: string, hidden: string): Sql =>
  raw(
    f.isMasked
      ? `case when r.part->'condition'->'trait' is not null or r.part->'condition'->'manual' is not null
          then ${hidden} else ${value} end`
      : value,
  );

/** Row alias `sm`, present or past. */
const spell = (q: Composer): Shapes[string] => ({
  since: raw('sm.since_at'),
  memberSince: raw('coalesce(sm.entered_at, sm.since_at)'),
  until: endOf,
  expiresAt: raw('sm.expires_at'),
  cause: raw(`case when sm.origin_id is not null then 'MERGE' when sm.is_manual then 'MANUAL' else 'RULE' end`),
  reason: (f) => q.list(f, raw(`from json_array_elements(sm.reason) with ordinality r(part, n) order by r.n`)),
});

export const membershipShapes = (q: Composer): Shapes => ({
  Customer: {
    segments: (f) => q.list(f, presentOf(f)),
    segmentHistory: (f) =>
      connection(q, f, {
        row: 'sm',
        at: 'since_at',
        id: 'id',
        rows: (page) => sql`
          select sm.*
          from unnest(c.members) m(id)
          cross join lateral (${memberships(f, raw('and sm.profile_id = m.id'))}) sm
          where true ${page}`,
      }),
    segmentDecisions: (f) => q.list(f, decisions(f)),
  },
  Segment: {
    // Walks `segment_member_history`.
    history: (f) =>
      connection(q, f, {
        row: 'sm',
        at: 'since_at',
        id: 'profile_id',
        idType: 'bigint',
        rows: (page) => sql`
          select sm.*
          from segment_member sm
          where sm.workspace_id = ${workspace}::int and sm.segment_id = s.id and sm.since_at > '-infinity'
            ${knownBy(f, 'sm.since_at')} ${page}`,
      }),
  },
  // Row alias `s` beside `sm`.
  SegmentMembership: { ...spell(q), segment: (f) => q.object(f) },
  SegmentSpell: {
    ...spell(q),
    segment: (f) => q.object(f, sql`from segment s where s.workspace_id = ${workspace}::int and s.id = sm.segment_id`),
    customer: (f) => q.object(f, customerOf(f, raw('sm.profile_id'))),
    endedBy: (f) => sql`case
      when ${known(f, 'sm.until_at')} is not null then coalesce(${word('sm.ended_by', endings)}, 'RULE')
      when sm.expires_at <= ${instantOf(f)} then 'EXPIRED' end`,
  },
  SegmentReason: {
    text: (f) =>
      masked(
        f,
        `r.part->>'text'`,
        `case when r.part->'condition'->'trait' is null then 'put in by hand' else 'trait ****' end`,
      ),
    condition: raw(`r.part->'condition'`),
    observed: (f) => masked(f, `r.part->'observed'`, `'"****"'::json`),
  },
  SegmentDecision: {
    segment: (f) =>
      q.object(
        f,
        sql`from segment s where s.workspace_id = ${workspace}::int and s.id = d.segment_id and s.deleted_at is null`,
      ),
    isExclusion: raw('d.is_exclusion'),
    reason: (f) => raw(f.isMasked ? `'****'` : 'd.reason'),
    actor: raw('d.actor'),
    decidedAt: raw('d.decided_at'),
    expiresAt: raw('d.expires_at'),
    endedAt: raw('d.end_at'),
    endedBy: raw('case when d.end_at is not null then d.ended_by end'),
    isActive: (f) => sql`(d.end_at is null and (d.expires_at is null or d.expires_at > ${instantOf(f)}))`,
  },
});
