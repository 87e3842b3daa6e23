import { instantOf } from '../identity/customer-row.sections.js';
import type { Composer, Field, Shapes } from '../platform/composer.js';
import { limits } from '../platform/limits.js';
import { nothing, raw, type Sql, sql, word } from '../platform/sql.js';
import { plainText } from '../platform/text-argument.js';
import { channels } from '../touchpoints/vocabulary.js';
import { allChannels, consentReason, consentRows, purposeOf } from './consent.sections.js';
import { consentStates, legalBases } from './consent-words.js';
import { statementOf } from './preference.sections.js';

const key = plainText(limits.shortTextCharactersMax);
const codeOf = (channel: string) => channels.indexOf(channel as never);

/** By consent nothing else will do; by a legitimate interest nothing but a refusal is against it; else it is not asked. */
const isRefused = `case cs.legal_basis when ${legalBases.indexOf('CONSENT')} then cs.state <> ${consentStates.indexOf('GRANTED')}
      when ${legalBases.indexOf('LEGITIMATE_INTEREST')}
        then cs.state in (${consentStates.indexOf('DENIED')}, ${consentStates.indexOf('WITHDRAWN')})
      else false end`;

/** Row alias `mc` for a permission, `why` for a reason. */
export const mayContactShapes = (q: Composer): Shapes => ({
  Customer: {
    mayContact: (f) => q.list(f, permissions(f)),
  },
  ContactPermission: {
    purpose: (f) => q.object(f, purposeOf('mc.purpose_id')),
    channel: word('mc.channel', channels),
    isAllowed: raw('not (mc.is_refused or mc.is_disturbing or mc.is_outside)'),
    state: sql`coalesce(${word('mc.state', consentStates)}, 'UNKNOWN')`,
    reasons: (f) => q.list(f, reasons),
  },
  ContactReason: {
    kind: raw('why.kind'),
    isAgainst: raw('why.is_against'),
    text: raw('why.text'),
  },
});

/** What is against it; what lets it be where nothing is. */
const reasons: Sql = sql`from (
    select case when mc.legal_basis > 1 then 'LEGAL_BASIS' else 'CONSENT' end as kind, mc.is_refused as is_against,
      case when mc.legal_basis > 1 then 'It rests on ' || ${word('mc.legal_basis', legalBases)} || ', not on consent.'
        else mc.consent_reason end as text, 1 as place
    union all
    select 'DO_NOT_DISTURB', true, 'She does not want to be disturbed' || coalesce(' before '
      || to_char(mc.undisturbed_until at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), '') || '.', 2
    where mc.is_disturbing
    union all
    select 'HOURS', true, 'It is ' || to_char(mc.local_time, 'HH24:MI') || ' where she is: outside the hours that were stated.', 3
    where mc.is_outside
  ) why
  where why.is_against or not (mc.is_refused or mc.is_disturbing or mc.is_outside)
  order by why.place`;

/** `from …` of row `mc` for each purpose and channel that is asked for. */
function permissions(f: Field): Sql {
  const at = f.has('at') ? sql`${f.arg('at')}::timestamptz` : instantOf(f);
  const ofPurpose = f.has('purpose') ? sql`and cs.key = ${f.arg('purpose', key)}::text` : nothing;
  const onChannel = f.has('channel') ? sql`where ch.code = ${f.arg('channel', codeOf)}::smallint` : nothing;
  return sql`from (
    with cs as (${consentRows(f, at)}),
    quiet as (
      select (s.value ->> 'until')::timestamptz as until_at
      from (${statementOf(f, 'DO_NOT_DISTURB')}) s
      where s.value is not null and coalesce((s.value ->> 'until')::timestamptz > ${at}, true)
    ),
    outside as (
      select l.local_time
      from (${statementOf(f, 'HOURS')}) s
      cross join lateral (select ${at} at time zone (s.value ->> 'timeZone') as local_time) l
      where s.value is not null and not exists (
        select
        from jsonb_array_elements(s.value -> 'windows') wd(part)
        where wd.part -> 'days' @> to_jsonb(extract(isodow from l.local_time)::int)
          and l.local_time::time >= (wd.part ->> 'from')::time and l.local_time::time < (wd.part ->> 'to')::time
      )
    )
    select cs.purpose_id, cs.key, ch.code as channel, cs.state, cs.legal_basis, ${consentReason} as consent_reason,
      ${raw(isRefused)} as is_refused,
      cs.heeds_hours and exists (select from quiet) as is_disturbing, (select q.until_at from quiet q) as undisturbed_until,
      cs.heeds_hours and exists (select from outside) as is_outside, (select o.local_time from outside o) as local_time
    from (select distinct k.key, k.covers from cs k) p
    cross join lateral (
      select ch.code from unnest(coalesce(p.covers, ${allChannels})) ch(code) ${onChannel}
    ) ch
    cross join lateral (
      select cs.*
      from cs
      where cs.key = p.key and (cs.channel = ch.code or cs.channel is null)
      order by cs.channel nulls last
      limit 1
    ) cs
    where true ${ofPurpose}
  ) mc
  order by mc.key, mc.channel`;
}
