import { membersOf } from '../identity/customer-row.sections.js';
import { filteredIssues, issues } from '../issues/issue.sections.js';
import { filteredJourneys, journeys } from '../journeys/journey.sections.js';
import { nothing, raw, sql, workspace } from '../platform/sql.js';
import { filtered, idOf } from '../touchpoints/touchpoint.sections.js';
import { customerIdOf, ofCustomer, ofSegment, since, until } from './customer-of-row.sections.js';
import { boolean, type ExportKind, float, id, int, json, text, time, word } from './export-kind.js';

/** Touchpoints, row `t`. */
export const touchpointKind: ExportKind = {
  list: { type: 'Customer', field: 'touchpoints', hasNodes: true },
  rowType: 'Touchpoint',
  arguments: {
    channels: 'channels',
    directions: 'directions',
    kinds: 'kinds',
    from: 'from',
    to: 'to',
    topic: 'topic',
    journeyId: 'journeyId',
    issueId: 'issueId',
  },
  own: { customerId: ofCustomer('t.profile_id'), segment: ofSegment('t.profile_id') },
  columns: {
    id: id('id'),
    customerId: customerIdOf('t.profile_id'),
    channel: word('channel'),
    direction: word('direction'),
    kind: text('kind'),
    status: word('status'),
    occurredAt: time('occurredAt'),
    endedAt: time('endedAt'),
    recordedAt: time('recordedAt'),
    durationSeconds: int('durationSeconds'),
    subject: text('subject'),
    summary: text('summary'),
    topic: text('topic'),
    language: text('language'),
    sentiment: float('sentiment'),
    sentimentSource: word('sentimentSource'),
    agentId: text('agentId'),
    queue: text('queue'),
    waitSeconds: int('waitSeconds'),
    holdSeconds: int('holdSeconds'),
    handleSeconds: int('handleSeconds'),
    abandoned: boolean('abandoned'),
    outcome: text('outcome'),
    source: text('source'),
    externalId: text('externalId'),
    conversationId: { type: 'id', sql: () => idOf('cnv', 't.conversation_id') },
    journeyId: id('journeyId'),
    issueId: { type: 'id', sql: () => idOf('iss', 't.issue_id') },
    identifiersSeen: json('identifiersSeen { type value status reason verification }'),
    attributes: json('attributes'),
  },
  keyset: { table: 'touchpoint', column: 'id', type: 'uuid' },
  key: 't.id',
  rows: (_, f) => sql`from touchpoint t
where t.workspace_id = ${workspace}::int ${filtered(f)}`,
};

/** Conversations, row `v`: each as the customer of its latest touchpoint has it. */
export const conversationKind: ExportKind = {
  list: { type: 'Customer', field: 'conversations', hasNodes: true },
  rowType: 'Conversation',
  arguments: {},
  own: {
    customerId: ofCustomer('v.profile_id'),
    segment: ofSegment('v.profile_id'),
    from: since('v.last_at'),
    to: until('v.last_at'),
  },
  columns: {
    id: id('id'),
    customerId: customerIdOf('v.profile_id'),
    channel: word('channel'),
    subject: text('subject'),
    source: text('source'),
    externalId: text('externalId'),
    startedAt: time('startedAt'),
    lastAt: time('lastAt'),
    touchpointCount: int('touchpointCount'),
  },
  keyset: { table: 'conversation', column: 'id', type: 'uuid' },
  key: 'v.id',
  rows: (_, f) => sql`from (
  select o.id, o.profile_id, o.source, o.external_id, o.last_at, ${membersOf(f, raw('o.profile_id'))} as members
  from conversation o
  where o.workspace_id = ${workspace}::int and o.touchpoints > 0
    and not exists (
      select
      from conversation later
      where later.workspace_id = ${workspace}::int and later.id = o.id and later.touchpoints > 0
        and (later.last_at, later.profile_id) > (o.last_at, o.profile_id)
    )
) v
where true`,
};

/** Journeys, row `j`. */
export const journeyKind: ExportKind = {
  list: { type: 'Customer', field: 'journeys', hasNodes: true },
  rowType: 'Journey',
  arguments: { status: 'status', blueprint: 'blueprint' },
  own: {
    customerId: ofCustomer('j.profile_id'),
    segment: ofSegment('j.profile_id'),
    from: since('j.started_at'),
    to: until('j.started_at'),
  },
  columns: {
    id: id('id'),
    customerId: customerIdOf('j.profile_id'),
    blueprint: text('blueprint.key'),
    blueprintVersion: int('blueprint.version'),
    status: word('status'),
    step: text('step.key'),
    startedAt: time('startedAt'),
    stepSince: time('stepSince'),
    updatedAt: time('updatedAt'),
    expectedAt: time('expectedAt'),
    endedAt: time('endedAt'),
    isOverdue: boolean('isOverdue'),
    isStuck: boolean('isStuck'),
    turn: json('turn { to name }'),
    state: json('state'),
    version: int('version'),
    source: text('source'),
    externalId: text('externalId'),
  },
  keyset: { table: 'journey', column: 'id', type: 'uuid' },
  key: 'j.id',
  rows: (_, f) => sql`from (${journeys(f, nothing)}) j
where true ${filteredJourneys(f)}`,
};

/** Issues, row `iss`: of all states, unless some are named. */
export const issueKind: ExportKind = {
  list: { type: 'Customer', field: 'issues', hasNodes: true },
  rowType: 'Issue',
  arguments: { status: 'status', topic: 'topic' },
  own: {
    customerId: ofCustomer('iss.profile_id'),
    segment: ofSegment('iss.profile_id'),
    from: since('iss.opened_at'),
    to: until('iss.opened_at'),
  },
  columns: {
    id: id('id'),
    customerId: customerIdOf('iss.profile_id'),
    status: word('status'),
    isOpen: boolean('isOpen'),
    priority: word('priority'),
    subject: text('subject'),
    description: text('description'),
    resolution: text('resolution'),
    topic: text('topic'),
    openedAt: time('openedAt'),
    updatedAt: time('updatedAt'),
    resolvedAt: time('resolvedAt'),
    assignee: text('assignee'),
    queue: text('queue'),
    escalatedAt: time('escalatedAt'),
    escalationReason: text('escalationReason'),
    version: int('version'),
    source: text('source'),
    externalId: text('externalId'),
  },
  keyset: { table: 'issue', column: 'id', type: 'uuid' },
  key: 'iss.id',
  rows: (_, f) => sql`from (${issues(f, nothing)}) iss
where true ${filteredIssues(f)}`,
};
