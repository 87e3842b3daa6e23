import type { Field } from '../platform/composer.js';
import { raw, type Sql, sql } from '../platform/sql.js';
import { changesIn, contactWindow } from '../signals/matter.sections.js';
import { signalsOf } from '../signals/signal.sections.js';
import { signalSeverities } from '../signals/signals.types.js';
import { entitlementOf } from './entitlement.sections.js';
import { treatmentRow } from './treatment-settings.js';

const critical = signalSeverities.indexOf('CRITICAL');
const warning = signalSeverities.indexOf('WARNING');

/** Which signals count for which rule, and for what, where `ts` are the settings. */
const bySignal = [
  ['MARK', `sg.kind = 'MARK' and sg.rank = ${critical}`, 'ts.mark_points'],
  ['SLA_BREACH', `sg.kind = 'SLA_BREACH'`, 'ts.breach_points'],
  [
    'SIGNAL',
    `sg.kind not in ('MARK', 'SLA_BREACH') and sg.rank >= ${warning}`,
    `case when sg.rank = ${critical} then ts.critical_points else ts.warning_points end`,
  ],
] as const;

/** `from …` of row `rp`: the points of customer `c`, of each rule for what counts most, and why. */
export function priorityFor(f: Field): Sql {
  const signals = bySignal.map(
    ([rule, condition, points]) => `
      (select '${rule}' as rule, ${points} as points, sg.message as text, to_jsonb(sg.cited) as cited, sg.issue_id as issue,
        null::text as segment
      from sg
      cross join ts
      where ${condition}
      order by sg.rank desc, sg.since desc, sg.kind, sg.message
      limit 1)`,
  );
  return sql`from (
    with w as (${contactWindow(f)}),
    over as (${changesIn(f)}),
    sg as (${signalsOf(f)}),
    ts as (${treatmentRow}),
    why as (
      select *
      from (
        ${raw(signals.join('\n      union all'))}
        union all
        select 'ENTITLEMENT', en.points, en.reason, '[]'::jsonb, null, en.segment_key
        from (${entitlementOf(f)}) en
      ) y
      where y.points > 0
    )
    select ts.high_points, ts.urgent_points,
      coalesce((select sum(y.points) from why y), 0)::int as points,
      coalesce((select jsonb_agg(to_jsonb(y) order by y.points desc, y.rule) from why y), '[]') as reasons
    from ts
  ) rp`;
}
