import { customerOf } from '../identity/customer-row.sections.js';
import { maskedValue } from '../identity/masking.js';
import type { Composer, Field, Shapes } from '../platform/composer.js';
import { connection } from '../platform/connection.js';
import { requireId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { nothing, type Request, raw, type Sql, sql, word } from '../platform/sql.js';
import { plainText } from '../platform/text-argument.js';
import { defaultedSentiment } from './touchpoint-message.js';
import { conversationOfTouchpoint, shown, touchpointOf, touchpointRows } from './touchpoint-rows.sections.js';
import { channels, directions, statuses } from './vocabulary.js';

/** Touchpoints, one or a customer's history: row `t` of the table. */
export function touchpointShapes(q: Composer): Shapes {
  const freeText = (column: string) => (f: Field) => raw(f.isMasked ? 'null::text' : column);
  return {
    Query: {
      touchpoint: (f) => q.object(f, touchpointOf(f, sql`${f.arg('id', touchpointId)}::uuid`)),
    },
    Customer: { touchpoints: (f) => history(q, f) },
    Touchpoint: {
      id: idOf('tp', 't.id'),
      channel: sql`coalesce(${word('t.channel', channels)}, 'OTHER')`,
      direction: sql`coalesce(${word('t.direction', directions)}, 'INTERNAL')`,
      status: sql`coalesce(${word('t.status', statuses)}, 'COMPLETED')`,
      kind: raw('t.kind'),
      occurredAt: raw('t.occurred_at'),
      endedAt: raw('t.ended_at'),
      recordedAt: raw('t.recorded_at'),
      durationSeconds: raw('t.duration_seconds'),
      subject: freeText('t.subject'),
      summary: freeText('t.summary'),
      topic: raw('t.topic'),
      language: raw('t.language'),
      sentiment: raw('t.sentiment'),
      sentimentSource: raw(
        `case when t.sentiment is null then null when t.defaulted & ${defaultedSentiment} = 0 then 'SENDER' else 'COMPUTED' end`,
      ),
      agentId: raw('t.agent_id'),
      queue: raw('t.queue'),
      waitSeconds: raw('t.wait_seconds'),
      holdSeconds: raw('t.hold_seconds'),
      handleSeconds: raw('t.handle_seconds'),
      abandoned: raw('t.is_abandoned'),
      outcome: raw('t.outcome'),
      source: raw('t.source'),
      externalId: raw('t.external_id'),
      identifiersSeen: (f) =>
        q.list(f, sql`from json_array_elements(t.identifiers_seen) with ordinality s(seen, n) order by s.n`),
      attributes: (f) => raw(f.isMasked ? `'{}'::json` : 't.attributes'),
      journeyId: idOf('jrn', 't.journey_id'),
      conversation: (f) => q.object(f, conversationOfTouchpoint(f)),
      customer: (f) => q.object(f, customerOf(f, raw('t.profile_id'))),
    },
    SeenIdentifier: {
      type: raw(`coalesce(s.seen ->> 'type', '')`),
      value: (f) => sql`coalesce(${f.isMasked ? maskedValue(`(s.seen ->> 'value')`) : raw(`s.seen ->> 'value'`)}, '')`,
      status: raw(`coalesce(s.seen ->> 'status', 'INVALID')`),
      reason: raw(`s.seen ->> 'reason'`),
      verification: raw(`coalesce(s.seen ->> 'verification', 'CLAIMED')`),
    },
  };
}

/** An outer id: its prefix and the digits of the inner one. */
export function idOf(prefix: string, column: string): Sql {
  return raw(`'${prefix}_' || replace(${column}::text, '-', '')`);
}

function touchpointId(text: string, _request: Request, path: string): string {
  return requireId('touchpoint', text, path);
}

/**
 * A customer's touchpoints, newest first. Each profile's page is read from `touchpoint_history` at the cursor's place
 * and no further, then the pages are merged: the cost is that of a page, at any depth.
 */
function history(q: Composer, f: Field): Sql {
  const only = filtered(f);
  return connection(q, f, {
    row: 't',
    at: 'occurred_at',
    id: 'id',
    rows: (page) => sql`
select t.*
from unnest(c.members) m(id)
cross join lateral (
  select *
  ${touchpointRows(f, sql`and t.profile_id = m.id ${shown(f)}${only}`, page)}
) t
where true ${page}`,
  });
}

/** The arguments that narrow a list of touchpoints, as conditions on row `t`. */
export function filtered(f: Field): Sql {
  const when = (arg: string, condition: () => Sql) => (f.has(arg) ? sql`\n    ${condition()}` : nothing);
  const text = plainText(limits.shortTextCharactersMax);
  const id = (kind: 'issue' | 'journey') => (value: string, _request: Request, path: string) =>
    requireId(kind, value, path);
  return [
    when('channels', () => sql`and t.channel = any(${f.arg('channels', codesIn(channels))}::smallint[])`),
    when('directions', () => sql`and t.direction = any(${f.arg('directions', codesIn(directions))}::smallint[])`),
    when('kinds', () => sql`and t.kind = any(${f.arg('kinds', textsIn)}::text[])`),
    when('from', () => sql`and t.occurred_at >= ${f.arg('from')}::timestamptz`),
    when('to', () => sql`and t.occurred_at < ${f.arg('to')}::timestamptz`),
    when('topic', () => sql`and t.topic = ${f.arg('topic', text)}::text`),
    when('journeyId', () => sql`and t.journey_id = ${f.arg('journeyId', id('journey'))}::uuid`),
    when('issueId', () => sql`and t.issue_id = ${f.arg('issueId', id('issue'))}::uuid`),
  ].reduce((all, one) => sql`${all}${one}`, nothing);
}

function codesIn(words: readonly string[]) {
  return (values: readonly string[]): number[] => values.map((value) => words.indexOf(value));
}

const kindsMax = 50;

function textsIn(values: readonly string[], request: Request, path: string): string[] {
  if (values.length > kindsMax) {
    throw new Refusal('TOO_MANY', `${path} may name at most ${kindsMax}.`, { field: path, limit: kindsMax });
  }
  return values.map((value, i) => plainText(limits.shortTextCharactersMax)(value, request, `${path}[${i}]`));
}
