import type { Composer, Field, Shapes } from '../../platform/composer.js';
import { connection } from '../../platform/connection.js';
import { limits } from '../../platform/limits.js';
import { type Bound, nothing, raw, type Sql, sql, word, workspace } from '../../platform/sql.js';
import { plainText } from '../../platform/text-argument.js';
import { type DeadLetterState, deadLetterStates } from './dead-letter.types.js';

const text = plainText(limits.shortTextCharactersMax);
const waiting: Bound = () => 0;

/** What people wrote, or sent, may hold anything: masked callers do not get it. */
const freeText = (column: string) => (f: Field) => raw(f.isMasked ? 'null::text' : column);

/** Dead letters, row alias `dl`, by `dead_letter_state` in the order of their receipt. */
export const deadLetterShapes = (q: Composer): Shapes => ({
  Query: {
    deadLetters: (f) =>
      connection(q, f, {
        row: 'dl',
        at: 'received_at',
        id: 'id',
        rows: (page) => sql`
select dl.*
from dead_letter dl
where dl.workspace_id = ${workspace}::int and dl.state = ${stateOf(f)}::smallint
  ${fits(f, 'source', (value) => sql`and dl.source = ${value}::text`, text)}
  ${fits(f, 'reason', (value) => sql`and dl.reason = ${value}::text`, text)}
  ${fits(f, 'from', (value) => sql`and dl.received_at >= ${value}::timestamptz`)}
  ${fits(f, 'to', (value) => sql`and dl.received_at < ${value}::timestamptz`)} ${page}`,
      }),
    deadLetterTotals: (f) =>
      q.list(
        f,
        sql`from (
  select dl.dialect, dl.source, dl.reason, count(*)::int as count, min(dl.received_at) as oldest_at,
    max(dl.received_at) as newest_at
  from dead_letter dl
  where dl.workspace_id = ${workspace}::int and dl.state = 0
  group by 1, 2, 3
) t
order by t.count desc, t.dialect, t.source, t.reason
limit ${raw(String(limits.pageSizeMax))}`,
      ),
  },
  DeadLetter: {
    id: raw(`'dl_' || replace(dl.id::text, '-', '')`),
    receivedAt: raw('dl.received_at'),
    dialect: raw('dl.dialect'),
    source: raw('dl.source'),
    reason: raw('dl.reason'),
    field: raw('dl.field'),
    message: freeText('dl.message'),
    raw: freeText('dl.raw'),
    mended: freeText('dl.mended'),
    state: word('dl.state', deadLetterStates),
    attempts: raw('dl.attempts'),
    triedAt: raw('dl.tried_at'),
    triedBy: raw('dl.tried_by'),
    settledAt: raw('dl.settled_at'),
    settledBy: raw('dl.settled_by'),
    settledReason: freeText('dl.settled_reason'),
    touchpointId: raw(`'tp_' || replace(dl.touchpoint_id::text, '-', '')`),
  },
  DeadLetterTotal: {
    dialect: raw('t.dialect'),
    source: raw('t.source'),
    reason: raw('t.reason'),
    count: raw('t.count'),
    oldestAt: raw('t.oldest_at'),
    newestAt: raw('t.newest_at'),
  },
});

function stateOf(f: Field): Bound {
  return f.has('state') ? f.arg<DeadLetterState>('state', (state) => deadLetterStates.indexOf(state)) : waiting;
}

/** A condition where its argument is given. */
function fits(f: Field, arg: string, condition: (value: Bound) => Sql, as?: typeof text): Sql {
  return f.has(arg) ? condition(f.arg(arg, as)) : nothing;
}
