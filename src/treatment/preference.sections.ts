import { instantOf, knownBy } from '../identity/customer-row.sections.js';
import type { Composer, Field, Shapes } from '../platform/composer.js';
import { raw, type Sql, sql, word, workspace } from '../platform/sql.js';
import { observedChannel, observedHours, observedLanguage } from './habit.sections.js';
import { kindCode, type PreferenceKind, staters } from './preference-kinds.js';

const latest = raw('order by s.stated_at desc, s.id desc limit 1');

/**
 * The latest statement (row `s`) of a kind about customer `c`, of those that the asked time knew: one probe of
 * `preference_of` for each profile.
 */
export function statementOf(f: Field, kind: PreferenceKind): Sql {
  return sql`
    select s.*
    from unnest(c.members) m(id)
    cross join lateral (
      select s.value, s.stated_at, s.stated_by, s.actor, s.id
      from preference s
      where s.workspace_id = ${workspace}::int and s.profile_id = m.id and s.kind = ${raw(String(kindCode(kind)))}
        ${knownBy(f, 's.stated_at')}
      ${latest}
    ) s
    ${latest}`;
}

/**
 * `from …` of row `pr` of a preference: what was stated and not taken back, else what was observed (`value`, `reason`),
 * which is only looked for then.
 */
export function preferred(f: Field, kind: PreferenceKind, observed?: Sql): Sql {
  const stated = sql`
    select st.value, st.stated_at, st.stated_by, st.actor, 'STATED' as basis,
      'Stated by ' || (${word('st.stated_by', ['the customer', 'an agent', 'another system'])}) || '.' as reason
    from st
    where st.value is not null`;
  const otherwise = sql`
    union all
    select o.value, null, null, null, 'OBSERVED', o.reason
    from (${observed ?? raw('')}) o
    where not exists (select from st where st.value is not null)`;
  return sql`from (
    with st as materialized (${statementOf(f, kind)})
    ${stated}${observed ? otherwise : raw('')}
  ) pr`;
}

const ofAny = {
  basis: raw('pr.basis'),
  reason: raw('pr.reason'),
  since: raw('pr.stated_at'),
  statedBy: word('pr.stated_by', staters),
  actor: raw('pr.actor'),
} as const;

/** Row alias `pr` for each preference. */
export const preferenceShapes = (q: Composer): Shapes => ({
  Customer: {
    preferences: (f) => q.object(f),
  },
  Preferences: {
    channels: (f) => q.object(f, preferred(f, 'CHANNELS', observedChannel(f))),
    language: (f) => q.object(f, preferred(f, 'LANGUAGE', observedLanguage(f))),
    timeZone: (f) => q.object(f, preferred(f, 'TIME_ZONE')),
    hours: (f) => q.object(f, preferred(f, 'HOURS', observedHours(f, statementOf(f, 'TIME_ZONE')))),
    agent: (f) => q.object(f, preferred(f, 'AGENT')),
    doNotDisturb: (f) => q.object(f, preferred(f, 'DO_NOT_DISTURB')),
  },
  PreferredChannels: { ...ofAny, channels: raw('pr.value') },
  PreferredLanguage: { ...ofAny, language: raw(`pr.value #>> '{}'`) },
  PreferredTimeZone: { ...ofAny, timeZone: raw(`pr.value #>> '{}'`) },
  PreferredHours: {
    ...ofAny,
    timeZone: raw(`pr.value ->> 'timeZone'`),
    windows: (f) =>
      q.list(f, raw(`from jsonb_array_elements(pr.value -> 'windows') with ordinality wd(part, n) order by wd.n`)),
  },
  ContactWindow: {
    days: raw(`wd.part -> 'days'`),
    from: raw(`wd.part ->> 'from'`),
    to: raw(`wd.part ->> 'to'`),
  },
  PreferredAgent: { ...ofAny, agentId: raw(`pr.value #>> '{}'`) },
  DoNotDisturb: {
    ...ofAny,
    until: raw(`(pr.value ->> 'until')::timestamptz`),
    isActive: (f) => sql`coalesce((pr.value ->> 'until')::timestamptz > ${instantOf(f)}, true)`,
  },
});
