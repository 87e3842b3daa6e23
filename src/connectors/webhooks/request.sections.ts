import type { Composer, Field, Shapes } from '../../platform/composer.js';
import { connection } from '../../platform/connection.js';
import { requireId } from '../../platform/ids.js';
import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import { type Bound, nothing, type Request, raw, type Sql, sql, word, workspace } from '../../platform/sql.js';
import { type RequestState, requestStates } from './request.types.js';

/** A place in `requestStates`: that something of it is a dead letter is not kept as a state of its own. */
const stateCode = 'case when ir.state = 1 and ir.dead_letters > 0 then 3 else ir.state end';

/** What vendors sent may hold anything: masked callers do not get it. */
const freeText = (column: string, type: string) => (f: Field) => raw(f.isMasked ? `null::${type}` : column);

/**
 * Stored requests of vendors, row alias `ir`, in the order of their receipt: by `inbound_request_received`, or without a
 * connector by `inbound_request_at`. Which fit is found in the index alone, since of very many few may.
 */
export const requestShapes = (q: Composer): Shapes => ({
  Query: {
    connectorRequests: (f) =>
      connection(q, f, {
        row: 'ir',
        at: 'received_at',
        id: 'id',
        rows: (page) => sql`
select ir.*
from (
  select ir.id, ir.received_at
  from inbound_request ir
  where ir.workspace_id = ${workspace}::int
    ${fits(f, 'connectorId', (id) => sql`and ir.connector_id = ${id}::uuid`, connectorId)}
    ${fits(f, 'state', (codes) => sql`and ${raw(stateCode)} = any(${codes}::int[])`, stateCodes)}
    ${fits(f, 'from', (at) => sql`and ir.received_at >= ${at}::timestamptz`)}
    ${fits(f, 'to', (at) => sql`and ir.received_at < ${at}::timestamptz`)} ${page}
) found
join inbound_request ir on ir.workspace_id = ${workspace}::int and ir.id = found.id
where true ${page}`,
      }),
  },
  ConnectorRequest: {
    id: raw(`'req_' || replace(ir.id::text, '-', '')`),
    connectorId: raw(`'con_' || replace(ir.connector_id::text, '-', '')`),
    kind: sql`(
select c.kind from connector c where c.workspace_id = ${workspace}::int and c.id = ir.connector_id)`,
    receivedAt: raw('ir.received_at'),
    method: raw('ir.method'),
    url: freeText('ir.url', 'text'),
    headers: freeText('ir.headers', 'json'),
    bodyBytes: raw('octet_length(ir.body)'),
    body: (f) =>
      f.isMasked
        ? raw('null::text')
        : sql`translate(encode(substring(ir.body from ${f.arg('offset', within(0, limits.webhookBodyBytesMax))}::int + 1
  for ${f.arg('bytes', within(1, limits.requestBodyShownBytesMax))}::int), 'base64'), e'\n', '')`,
    state: word(`(${stateCode})`, requestStates),
    finishedAt: raw('ir.finished_at'),
    storedCount: raw('ir.touchpoints'),
    refusedCount: raw('ir.dead_letters'),
    reason: raw('ir.reason'),
    replays: raw('ir.generation'),
  },
});

type Read<T> = (value: T, request: Request, path: string) => unknown;

const connectorId: Read<string> = (id, _request, path) => requireId('connector', id, path);
const stateCodes: Read<RequestState[]> = (states) => states.map((state) => requestStates.indexOf(state));

const within =
  (min: number, max: number): Read<number> =>
  (value, _request, path) => {
    if (value >= min && value <= max) return value;
    const limit = value < min ? min : max;
    throw new Refusal('OUT_OF_RANGE', `${path} takes ${min} to ${max}.`, { field: path, limit });
  };

/** A condition where its argument is given. */
function fits<T>(f: Field, arg: string, condition: (value: Bound) => Sql, read?: Read<T>): Sql {
  return f.has(arg) ? condition(f.arg(arg, read)) : nothing;
}
