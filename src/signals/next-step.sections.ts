import type { Composer, Field, Shapes } from '../platform/composer.js';
import { join, raw, type Sql, sql } from '../platform/sql.js';
import { changesIn, contactWindow } from './matter.sections.js';
import { rateOf, reasonCandidates } from './reason.sections.js';
import { signalsOf } from './signal.sections.js';

const reasonsMax = 3;
const stepsMax = 3;

/** Row alias `lr` for a likely reason, `ns` for a next step. */
export const nextShapes = (q: Composer): Shapes => ({
  Customer: {
    likelyReasons: (f) =>
      q.list(
        f,
        sql`from (
  with w as (${contactWindow(f)})
  select distinct on (r.topic) r.*
  from (${reasonCandidates(f)}) r
  order by r.topic, r.confidence desc, r.rank desc, r.issue_id, r.journey_id
) lr
order by lr.confidence desc, lr.rank desc, lr.topic
limit ${raw(String(reasonsMax))}`,
      ),
    nextSteps: (f) => q.list(f, nextSteps(f)),
  },
  LikelyReason: {
    topic: raw('lr.topic'),
    confidence: raw('round(lr.confidence, 2)'),
    rule: raw('lr.rule'),
    message: raw('lr.message'),
    touchpointIds: raw('to_json(lr.cited)'),
    issueId: raw('lr.issue_id'),
    journeyId: raw('lr.journey_id'),
  },
  NextStep: {
    kind: raw('ns.kind'),
    because: raw('ns.message'),
    confidence: raw('round(ns.confidence, 2)'),
    touchpointIds: raw('to_json(ns.cited)'),
    issueId: raw('ns.issue_id'),
    journeyId: raw('ns.journey_id'),
  },
});

/** What to do by each kind of signal; the first come first. */
const bySignal = [
  ['READ_MARK', ['MARK'], raw('null::numeric')],
  ['CALL_BACK', ['NOT_CALLED_BACK'], rateOf('GIVEN_UP')],
  ['SETTLE_LATE_ISSUE', ['SLA_BREACH'], rateOf('ISSUE')],
  ['FREE_STUCK_JOURNEY', ['JOURNEY_STUCK', 'JOURNEY_OVERDUE'], rateOf('JOURNEY')],
  ['TAKE_OVER', ['STORY_TOLD_AGAIN', 'REPEAT_CONTACT'], rateOf('AGAIN')],
  ['MEND_MOOD', ['NEGATIVE_SENTIMENT'], raw('null::numeric')],
] as const;

/** What to do where a reason says that there is something open; after what signals ask for. */
const byReason = [
  ['TELL_ABOUT_ISSUE', 'ISSUE'],
  ['GO_ON_WITH_JOURNEY', 'JOURNEY'],
] as const;

const order = [
  'READ_MARK',
  'CALL_BACK',
  'SETTLE_LATE_ISSUE',
  'FREE_STUCK_JOURNEY',
  'TAKE_OVER',
  'TELL_ABOUT_ISSUE',
  'GO_ON_WITH_JOURNEY',
  'MEND_MOOD',
];

function nextSteps(f: Field): Sql {
  const signals = bySignal.map(
    ([kind, kinds, confidence]) => sql`select '${raw(kind)}' as kind, ${raw(String(order.indexOf(kind)))} as place,
    sg.rank, sg.since, sg.message, ${confidence} as confidence, sg.cited, sg.issue_id, sg.journey_id
  from sg where sg.kind in (${raw(kinds.map((one) => `'${one}'`).join(', '))})`,
  );
  const reasons = byReason.map(
    ([kind, rule]) => sql`select '${raw(kind)}', ${raw(String(order.indexOf(kind)))}, 0, null::timestamptz, lr.message,
    lr.confidence, lr.cited, lr.issue_id, lr.journey_id
  from lr where lr.rule = '${raw(rule)}'
    and not exists (select from sg where sg.issue_id = lr.issue_id or sg.journey_id = lr.journey_id)`,
  );
  return sql`from (
  with w as (${contactWindow(f)}),
  over as (${changesIn(f)}),
  sg as (${signalsOf(f)}),
  lr as (${reasonCandidates(f)})
  select distinct on (s.place) s.*
  from (${join([...signals, ...reasons], '\n  union all\n  ')}) s
  order by s.place, s.rank desc, s.since desc nulls last, s.message, s.issue_id, s.journey_id
) ns
order by ns.place
limit ${raw(String(stepsMax))}`;
}
