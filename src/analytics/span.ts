import { channels, directions, internal } from '../touchpoints/vocabulary.js';

/** A checked question with what was looked up for it. */
export interface Span {
  readonly workspace: number;
  readonly from: Date;
  readonly to: Date;
  readonly now: Date;
  readonly timeZone: string;
  readonly channels: readonly number[] | null;
  readonly topics: readonly string[] | null;
  readonly queues: readonly string[] | null;
  readonly agents: readonly string[] | null;
  readonly segment: string | null;
  readonly blueprint: string | null;
}

export type SpanName = keyof Span;

export const inbound = directions.indexOf('INBOUND');
export const outbound = directions.indexOf('OUTBOUND');
export const call = channels.indexOf('CALL');
/** Codes of the channels on which customers serve themselves. */
export const selfServed = [channels.indexOf('WEB'), channels.indexOf('APP')].join(', ');
export const isContact = (t: string) => `${t}.channel not in (${selfServed})`;

/** How far a statement reads around the span, for what came before and after. */
export interface Around {
  readonly before?: string;
  readonly after?: string;
}

/**
 * `from …` of the touchpoints (row `t`) of a span, INTERNAL ones aside, with their profile `p` where a segment or
 * `withCustomer` asks for it. Walks `touchpoint_time`. The condition of the filter is `matches`: what comes before and
 * after a touchpoint counts whether it matches or not.
 */
export function touchpointsIn(
  span: Span,
  { before, after }: Around = {},
  withCustomer = false,
  condition = '',
): string {
  const needsProfile = withCustomer || span.segment !== null;
  return `from touchpoint t
    ${needsProfile ? 'join profile p on p.workspace_id = :workspace::int and p.id = t.profile_id' : ''}
    where t.workspace_id = :workspace::int and t.direction <> ${internal}
      and t.occurred_at >= :from::timestamptz ${before ? `- interval '${before}'` : ''}
      and t.occurred_at < :to::timestamptz ${after ? `+ interval '${after}'` : ''}
      ${span.segment === null ? '' : inSegment('p.canonical_id')} ${condition}`;
}

/** That a customer is in the segment of the filter now. */
export function inSegment(customer: string): string {
  return `and exists (
        select
        from segment_member sm
        where sm.workspace_id = :workspace::int and sm.profile_id = ${customer} and sm.segment_id = :segment::uuid
          and sm.until_at is null and (sm.expires_at is null or sm.expires_at > now()))`;
}

/** Whether a touchpoint passes the filter: its conditions, or `true`. */
export function matches(span: Span, t: string, topic = `${t}.topic`, queue = `${t}.queue`): string {
  const conditions = [
    span.channels && `${t}.channel = any(:channels::smallint[])`,
    span.topics && `${topic} = any(:topics::text[])`,
    span.queues && `${queue} = any(:queues::text[])`,
    span.agents && `${t}.agent_id = any(:agents::text[])`,
    span.blueprint &&
      `exists (
        select
        from journey j
        where j.workspace_id = :workspace::int and j.id = ${t}.journey_id and j.blueprint_id = :blueprint::uuid)`,
  ].filter((condition) => condition !== null);
  return conditions.length === 0 ? 'true' : conditions.map((condition) => `(${condition}) is true`).join(' and ');
}

/** Whether it happened in the span itself, and not around it. */
export const within = (t: string) => `${t}.occurred_at >= :from::timestamptz and ${t}.occurred_at < :to::timestamptz`;
