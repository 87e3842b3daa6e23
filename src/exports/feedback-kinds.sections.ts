import { evaluations, filteredEvaluations } from '../feedback/evaluations/evaluation.sections.js';
import { feedback } from '../feedback/feedback.sections.js';
import { nothing, sql } from '../platform/sql.js';
import { idOf } from '../touchpoints/touchpoint.sections.js';
import { customerIdOf, ofCustomer, ofSegment, since, until } from './customer-of-row.sections.js';
import { type ExportKind, float, id, int, json, text, time, word } from './export-kind.js';

/** What customers answered, row `fb`. */
export const feedbackKind: ExportKind = {
  list: { type: 'Customer', field: 'feedback', hasNodes: true },
  rowType: 'Feedback',
  arguments: {},
  own: {
    customerId: ofCustomer('fb.profile_id'),
    segment: ofSegment('fb.profile_id'),
    from: since('fb.answered_at'),
    to: until('fb.answered_at'),
  },
  columns: {
    id: id('id'),
    customerId: customerIdOf('fb.profile_id'),
    kind: word('kind'),
    survey: text('survey.key'),
    score: float('score'),
    scoreMin: float('scoreMin'),
    scoreMax: float('scoreMax'),
    answer: text('answer'),
    comment: text('comment'),
    channel: word('channel'),
    language: text('language'),
    answeredAt: time('answeredAt'),
    recordedAt: time('recordedAt'),
    source: text('source'),
    agentId: text('agentId'),
    touchpointId: { type: 'id', sql: () => idOf('tp', 'fb.touchpoint_id') },
    aboutId: { type: 'id', sql: () => idOf('tp', 'fb.about_touchpoint_id') },
    conversationId: { type: 'id', sql: () => idOf('cnv', 'fb.conversation_id') },
    journeyId: { type: 'id', sql: () => idOf('jrn', 'fb.journey_id') },
    issueId: { type: 'id', sql: () => idOf('iss', 'fb.issue_id') },
  },
  keyset: { table: 'feedback', column: 'id', type: 'uuid' },
  key: 'fb.id',
  rows: (_, f) => sql`from (${feedback(f, nothing)}) fb
where true`,
};

/** How agents and coaches judged contacts, row `ev`: what stands. */
export const evaluationKind: ExportKind = {
  list: { type: 'Query', field: 'evaluations', hasNodes: true },
  rowType: 'Evaluation',
  arguments: { by: 'by', agentId: 'agentId', scorecard: 'scorecard', from: 'from', to: 'to' },
  own: { customerId: ofCustomer('ev.profile_id'), segment: ofSegment('ev.profile_id') },
  columns: {
    id: id('id'),
    customerId: customerIdOf('ev.profile_id'),
    touchpointId: { type: 'id', sql: () => idOf('tp', 'ev.touchpoint_id') },
    by: word('by'),
    agentId: text('agentId'),
    evaluatorId: text('evaluatorId'),
    scorecard: text('scorecard.key'),
    scorecardVersion: int('scorecard.version'),
    scoreMin: int('scorecard.scoreMin'),
    scoreMax: int('scorecard.scoreMax'),
    scores: json('scores { criterion { key weight } score }'),
    overall: float('overall'),
    comment: text('comment'),
    evaluatedAt: time('evaluatedAt'),
    updatedAt: time('updatedAt'),
    version: int('version'),
  },
  keyset: { table: 'evaluation', column: 'id', type: 'uuid' },
  key: 'ev.id',
  rows: (_, f) => sql`from (${evaluations(f, filteredEvaluations(f))}) ev
where true`,
};
