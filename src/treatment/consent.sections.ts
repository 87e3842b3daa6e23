import { instantOf, knownBy, type View } from '../identity/customer-row.sections.js';
import type { Composer, Field, Shapes } from '../platform/composer.js';
import { raw, type Sql, sql, word, workspace } from '../platform/sql.js';
import { idOf } from '../touchpoints/touchpoint.sections.js';
import { touchpointOf } from '../touchpoints/touchpoint-rows.sections.js';
import { channels } from '../touchpoints/vocabulary.js';
import { consentStates, legalBases } from './consent-words.js';
import { staters } from './preference-kinds.js';

/** Statements that `history` shows, the latest. */
const statementsMax = 100;

const granted = consentStates.indexOf('GRANTED');
const unknown = consentStates.indexOf('UNKNOWN');

/** Statements (row `s`) of customer `c` that the asked time knew, by `consent_of`. */
const statements = (f: View): Sql => sql`
      from unnest(c.members) m(id)
      join consent s on s.workspace_id = ${workspace}::int and s.profile_id = m.id ${knownBy(f, 's.recorded_at')}`;

/**
 * CTE `said`: of each purpose and channel (null: all) of customer `c` the one statement that holds at an instant, its
 * `rank` (2 a refusal, 1 a grant, 0 one that ran out), and whether profiles say different things.
 *
 * A profile's word is the latest that was stated of it; of two at one instant the refusal. It yields to a later word of
 * another profile that was recorded when the two were one customer. Of words that stand beside each other, since they
 * were given before a merge, a refusal holds.
 */
function said(f: View, at: Sql): Sql {
  return sql`with own as (
      select distinct on (s.profile_id, s.purpose_id, s.channel) s.*,
        case when s.state <> ${raw(String(granted))} then 2 when s.expires_at <= ${at} then 0 else 1 end as rank
      ${statements(f)}
      order by s.profile_id, s.purpose_id, s.channel, s.stated_at desc, s.state desc, s.recorded_at desc, s.id
    ),
    said as (
      select distinct on (s.purpose_id, s.channel) s.*,
        bool_or(s.rank = 2) over its and bool_or(s.rank = 1) over its as is_disputed
      from own s
      where not exists (
        select
        from own l
        where l.purpose_id = s.purpose_id and l.channel is not distinct from s.channel and l.profile_id <> s.profile_id
          and s.profile_id = any(l.members) and l.stated_at > s.stated_at
      )
      window its as (partition by s.purpose_id, s.channel)
      order by s.purpose_id, s.channel, s.rank desc, s.stated_at desc, s.state desc, s.recorded_at desc, s.id
    )`;
}

/**
 * What holds on the channel that `sp` speaks of, of it and what was said of all channels: a refusal of the channel, then
 * a refusal of all unless the channel was granted later, then grants, then what ran out.
 */
const onChannel = raw(`
        select x.*
        from said x
        where x.purpose_id = sp.purpose_id and (x.channel = sp.channel or x.channel is null)
        order by case
          when x.rank = 2 and x.channel is not null then 4
          when x.rank = 2 and not (sp.rank = 1 and sp.stated_at > x.stated_at) then 3
          when x.rank = 1 then 2
          when x.rank = 0 then 1
          else 0 end desc, x.channel nulls last
        limit 1`);

/** What was said, as columns that hold null where a default speaks. */
const spoken = (x: string) =>
  raw(`${x}.id, ${x}.profile_id, ${x}.stated_at, ${x}.recorded_at, ${x}.expires_at,
        ${x}.state as stated, ${x}.stated_by, ${x}.source, ${x}.evidence, ${x}.touchpoint_id, ${x}.actor, ${x}.rank,
        ${x}.is_disputed, ${x}.channel as spoken_of`);

/**
 * Row `cs` of customer `c` for each purpose of the workspace, and for each channel of which something else was said: its
 * `state` at an instant, and the statement that it rests on.
 */
export function consentRows(f: View, at: Sql): Sql {
  return sql`${said(f, at)}
    select cp.id as purpose_id, cp.key, cp.channels as covers, cp.legal_basis, cp.heeds_hours, e.*,
      case when e.id is null then cp.default_state when e.rank = 0 then ${raw(String(unknown))} else e.stated end as state
    from consent_purpose cp
    cross join lateral (
      select null::smallint as channel, ${spoken('g')}
      from (select 1) one
      left join said g on g.purpose_id = cp.id and g.channel is null
      union all
      select sp.channel, ${spoken('x')}
      from said sp
      cross join lateral (${onChannel}) x
      where sp.purpose_id = cp.id and sp.channel = any(coalesce(cp.channels, ${allChannels}))
    ) e
    where cp.workspace_id = ${workspace}::int and cp.retired_at is null ${knownBy(f, 'cp.created_at')}`;
}

export const allChannels = raw(`'{${channels.map((_, code) => code).join()}}'::smallint[]`);

/** Why consent is what it is, of row `cs`: one sentence. */
export const consentReason: Sql = sql`case
    when cs.id is null then 'Nothing was said: by default it is ' || ${word('cs.state', consentStates)} || '.'
    when cs.rank = 0 then 'What was granted ran out on ' || to_char(cs.expires_at at time zone 'UTC', 'YYYY-MM-DD') || '.'
    else initcap(${word('cs.stated', consentStates)}) || ' by ' ||
      (${word('cs.stated_by', ['the customer', 'an agent', 'another system'])}) || ' on ' ||
      to_char(cs.stated_at at time zone 'UTC', 'YYYY-MM-DD') ||
      case when cs.is_disputed then ', though another of her profiles says otherwise' else '' end || '.'
    end`;

/** Row `cp` of a purpose, by an expression of its id. */
export const purposeOf = (id: string): Sql => sql`from consent_purpose cp
    where cp.workspace_id = ${workspace}::int and cp.id = ${raw(id)}`;

/** The same by its global id: portal tokens see purposes with what their customer says of them only. */
export const purposeById = (f: Field, id: Sql): Sql => sql`from consent_purpose cp
    where cp.workspace_id = ${workspace}::int and cp.id = ${id}::uuid ${raw(f.isPortal ? 'and false' : '')}`;

/** Row alias `cp` for a purpose, `cs` for a consent, `s` for a statement. */
export const consentShapes = (q: Composer): Shapes => ({
  Query: {
    consentPurposes: (f) =>
      q.list(f, sql`from consent_purpose cp where cp.workspace_id = ${workspace}::int order by cp.key`),
  },
  ConsentPurpose: {
    id: idOf('pur', 'cp.id'),
    key: raw('cp.key'),
    name: raw('cp.name'),
    description: raw('cp.description'),
    channels: sql`(
      select json_agg(${word('k.code', channels)} order by k.n)
      from unnest(coalesce(cp.channels, ${allChannels})) with ordinality k(code, n))`,
    legalBasis: sql`coalesce(${word('cp.legal_basis', legalBases)}, 'CONSENT')`,
    defaultState: sql`coalesce(${word('cp.default_state', consentStates)}, 'UNKNOWN')`,
    heedsHours: raw('cp.heeds_hours'),
    retiredAt: raw('cp.retired_at'),
    version: raw('cp.version'),
    createdAt: raw('cp.created_at'),
    updatedAt: raw('cp.updated_at'),
    actor: raw('cp.actor'),
  },
  Customer: {
    consents: (f) => q.list(f, sql`from (${consentRows(f, instantOf(f))}) cs order by cs.key, cs.channel nulls first`),
  },
  Consent: {
    purpose: (f) => q.object(f, purposeOf('cs.purpose_id')),
    channel: word('cs.channel', channels),
    state: sql`coalesce(${word('cs.state', consentStates)}, 'UNKNOWN')`,
    reason: consentReason,
    isDefault: raw('cs.id is null'),
    isDisputed: raw('coalesce(cs.is_disputed, false)'),
    statement: (f) =>
      q.object(
        f,
        raw(`from (select cs.stated as state, cs.spoken_of as channel, cs.stated_at, cs.recorded_at, cs.expires_at,
          cs.stated_by, cs.source, cs.evidence, cs.touchpoint_id, cs.actor, cs.profile_id
        where cs.id is not null) s`),
      ),
    history: (f) =>
      q.list(
        f,
        sql`${statements(f)} and s.purpose_id = cs.purpose_id and s.channel is not distinct from cs.channel
      order by s.stated_at desc, s.recorded_at desc, s.id
      limit ${raw(String(statementsMax))}`,
      ),
  },
  ConsentStatement: {
    state: word('s.state', consentStates),
    channel: word('s.channel', channels),
    at: raw('s.stated_at'),
    recordedAt: raw('s.recorded_at'),
    expiresAt: raw('s.expires_at'),
    statedBy: sql`coalesce(${word('s.stated_by', staters)}, 'SENDER')`,
    source: raw('s.source'),
    // What people wrote may hold anything: masked callers do not get it.
    evidence: (f: Field) => raw(f.isMasked ? 'null::text' : 's.evidence'),
    touchpoint: (f) => q.object(f, touchpointOf(f, raw('s.touchpoint_id'))),
    actor: raw('s.actor'),
    profileId: raw(`'cus_' || s.profile_id`),
  },
});
