import { raw, type Sql, sql, workspace } from '../platform/sql.js';
import { filtered, idOf } from '../touchpoints/touchpoint.sections.js';
import { type Column, type ExportKind, float, int, text, time, word } from './export-kind.js';
import { touchpointKind } from './fact-kinds.sections.js';

const plain = (type: Column['type'], column: Sql): Column => ({ type, sql: () => column });

/** Touchpoints as the events of cases, in the words that tools of process mining know. */
function eventsOf(caseId: Sql, key: string): ExportKind {
  return {
    ...touchpointKind,
    columns: {
      'case:concept:name': plain('id', caseId),
      'case:customerId': plain('id', sql`'cus_' || pr.canonical_id`),
      'concept:name': text('kind'),
      'time:timestamp': time('occurredAt'),
      'org:resource': text('agentId'),
      'org:group': text('queue'),
      'lifecycle:transition': plain('word', raw(`'complete'::text`)),
      touchpointId: plain('id', idOf('tp', 't.id')),
      conversationId: plain('id', idOf('cnv', 't.conversation_id')),
      journeyId: plain('id', idOf('jrn', 't.journey_id')),
      issueId: plain('id', idOf('iss', 't.issue_id')),
      channel: word('channel'),
      direction: word('direction'),
      topic: text('topic'),
      outcome: text('outcome'),
      source: text('source'),
      durationSeconds: int('durationSeconds'),
      waitSeconds: int('waitSeconds'),
      handleSeconds: int('handleSeconds'),
      sentiment: float('sentiment'),
    },
    // Cases are one after the other, which no index of touchpoints knows.
    keyset: null,
    key: `${key}, t.occurred_at, t.id`,
    rows: (_, f) => sql`from touchpoint t
join profile pr on pr.workspace_id = ${workspace}::int and pr.id = t.profile_id
where t.workspace_id = ${workspace}::int and ${raw(key)} is not null ${filtered(f)}`,
  };
}

/** The events of journeys. */
export const journeyEventKind = eventsOf(idOf('jrn', 't.journey_id'), 't.journey_id');

/** The events of issues. */
export const issueEventKind = eventsOf(idOf('iss', 't.issue_id'), 't.issue_id');

/** The events of conversations. */
export const conversationEventKind = eventsOf(idOf('cnv', 't.conversation_id'), 't.conversation_id');

/** Everything that a customer went through. */
export const customerEventKind = eventsOf(sql`'cus_' || pr.canonical_id`, 'pr.canonical_id');
