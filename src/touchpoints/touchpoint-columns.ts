import { booleans, float4s, instants, int2s, int4s, int8s, jsons, texts, uuids } from '../platform/binary-arrays.js';
import type { TouchpointRow } from './decide.js';
import { type ColumnType, columnTypes, type TouchpointColumn } from './touchpoint-table.js';

const columns: Record<TouchpointColumn, (row: TouchpointRow) => string | number | boolean | null> = {
  id: (row) => row.item.id,
  profile_id: (row) => row.profile,
  sent_at: (row) => row.item.sentAt,
  source: (row) => row.item.source,
  external_id: (row) => row.item.externalId,
  occurred_at: (row) => row.folded.occurredAt,
  ended_at: (row) => row.folded.endedAt,
  version: (row) => row.version,
  content_hash: (row) => row.hash,
  duration_seconds: (row) => row.folded.durationSeconds,
  wait_seconds: (row) => row.folded.waitSeconds,
  hold_seconds: (row) => row.folded.holdSeconds,
  handle_seconds: (row) => row.folded.handleSeconds,
  sentiment: (row) => row.folded.sentiment,
  channel: (row) => row.folded.channel,
  direction: (row) => row.folded.direction,
  status: (row) => row.folded.status,
  defaulted: (row) => row.folded.defaulted,
  is_abandoned: (row) => row.folded.abandoned,
  conversation_id: (row) => row.folded.conversation?.id ?? null,
  journey_id: (row) => row.folded.journey?.id ?? null,
  issue_id: (row) => row.folded.issue?.id ?? null,
  kind: (row) => row.folded.kind,
  topic: (row) => row.folded.topic,
  language: (row) => row.folded.language,
  agent_id: (row) => row.folded.agentId,
  queue: (row) => row.folded.queue,
  outcome: (row) => row.folded.outcome,
  subject: (row) => row.folded.subject,
  summary: (row) => row.folded.summary,
  identifiers_seen: (row) => JSON.stringify(row.identifiersSeen),
  attributes: attributesOf,
};

/** A touchpoint that one message tells of has the attributes of that message, whose JSON is there already. */
function attributesOf({ item, folded }: TouchpointRow): string {
  return folded.attributes === item.touchpoint?.attributes ? item.attributesJson : JSON.stringify(folded.attributes);
}

const encoders = {
  uuid: uuids,
  bigint: int8s,
  int: int4s,
  smallint: int2s,
  real: float4s,
  boolean: booleans,
  timestamptz: instants,
  text: texts,
  json: jsons,
} as const satisfies Record<ColumnType, unknown>;

/** The parameters of the rows, column by column. */
export function columnArrays<Prefix extends string, Name extends TouchpointColumn>(
  prefix: Prefix,
  names: readonly Name[],
  rows: readonly TouchpointRow[],
): Record<`${Prefix}_${Name}`, unknown> {
  return Object.fromEntries(names.map((name) => [`${prefix}_${name}`, columnArray(name, rows)])) as Record<
    `${Prefix}_${Name}`,
    unknown
  >;
}

/** `unnest` fills up with nulls, so a column of which nobody says anything travels as nothing. */
function columnArray(name: TouchpointColumn, rows: readonly TouchpointRow[]): Buffer | string {
  const values = rows.map(columns[name]);
  if (values.every((value) => value === null)) return '{}';
  const encode = encoders[columnTypes[name]] as (values: unknown[]) => Buffer;
  return encode(values);
}
