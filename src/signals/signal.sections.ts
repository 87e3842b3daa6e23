import type { Composer, Field, Shapes } from '../platform/composer.js';
import { join, raw, type Sql, sql, word } from '../platform/sql.js';
import { changesIn, contactWindow } from './matter.sections.js';
import { thresholdRow } from './signal-thresholds.js';
import { signalSeverities } from './signals.types.js';
import { standingSignals } from './standing-signals.sections.js';
import { windowSignals } from './window-signals.sections.js';

/** Signals that a customer shows at most, the gravest. */
const signalsMax = 50;

/** Row alias `sg` for a signal. */
export const signalShapes = (q: Composer): Shapes => ({
  Customer: {
    signals: (f) => q.list(f, signals(f)),
  },
  Signal: {
    kind: raw('sg.kind'),
    severity: word('sg.rank', signalSeverities),
    message: raw('sg.message'),
    since: raw('sg.since'),
    touchpointIds: raw('to_json(sg.cited)'),
    issueId: raw('sg.issue_id'),
    journeyId: raw('sg.journey_id'),
  },
});

/** Rows of the signals of customer `c`, from window `w` and its changes `over`. */
export function signalsOf(f: Field): Sql {
  return sql`
  with th as (${thresholdRow})
  ${join([...windowSignals(f), ...standingSignals(f)], '\n  union all\n  ')}`;
}

/** `from …` of the signals of customer `c`: the window is read once for all of them. */
function signals(f: Field): Sql {
  return sql`from (
  with w as (${contactWindow(f)}),
  over as (${changesIn(f)}),
  sg as (${signalsOf(f)})
  select * from sg
) sg
order by sg.rank desc, sg.since desc, sg.kind, sg.message
limit ${raw(String(signalsMax))}`;
}
