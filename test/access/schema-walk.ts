import { GraphQLSchemaHost } from '@nestjs/graphql';
import { type GraphQLField, type GraphQLObjectType, type GraphQLSchema, getNamedType, isObjectType } from 'graphql';
import { type FieldRule, ruleOf } from '../../src/platform/field-access.js';
import type { TestService } from '../setup/service.js';
import type { World } from './world.js';

export interface RootField {
  readonly operation: 'query' | 'mutation';
  readonly name: string;
  readonly rule: FieldRule;
  readonly type: ReturnType<typeof getNamedType>;
}

export function schemaOf(it: TestService): GraphQLSchema {
  return it.service.app.get(GraphQLSchemaHost).schema;
}

/** Every field of Query and Mutation with the rule that the schema gives it. */
export function rootFields(schema: GraphQLSchema): RootField[] {
  const of = (operation: 'query' | 'mutation', type: GraphQLObjectType | null | undefined): RootField[] =>
    Object.values(type?.getFields() ?? {}).map((field) => ({
      operation,
      name: field.name,
      rule: ruleOf(type as GraphQLObjectType, field),
      type: getNamedType(field.type),
    }));
  return [...of('query', schema.getQueryType()), ...of('mutation', schema.getMutationType())];
}

/** What the questions are asked about: ids of a world, or some that name nothing. */
export type Ids = Pick<
  World,
  | 'customer'
  | 'stranger'
  | 'email'
  | 'touchpoint'
  | 'conversation'
  | 'issue'
  | 'segment'
  | 'segmentKey'
  | 'apiKey'
  | 'import'
  | 'export'
  | 'deadLetter'
  | 'connector'
  | 'request'
  | 'blueprint'
  | 'blueprintKey'
  | 'journey'
  | 'markId'
  | 'surveyKey'
  | 'purposeKey'
  | 'scorecardKey'
  | 'momentKey'
  | 'invitation'
  | 'customerCursor'
  | 'touchpointCursor'
>;

const rule = '{ trait: "plan", is: "gold" }';
const call = (ids: Ids) =>
  `{ source: "matrix", externalId: "matrix-1", channel: CALL, kind: "call", identifiers: [${emailOf(ids)}] }`;
const emailOf = ({ email }: Ids) => `{ type: "email", value: ${JSON.stringify(email)} }`;
const actOn = ({ journey }: Ids) => `{ id: ${text(journey)}, version: 1, channel: CALL }`;
const steps = 'name: "Mine", goal: "Mine", steps: [{ key: "only", title: "Mine", terminal: true }]';
const text = (value: string) => JSON.stringify(value);

/** The id of the suggestion that the two customers are one. */
const suggestionOf = (ids: Ids) => {
  const numbers = [ids.customer, ids.stranger].map((id) => Number(id.slice(4))).sort((a, b) => a - b);
  return text(`sug_${numbers.map((number) => number.toString(16).padStart(16, '0')).join('')}`);
};

/**
 * Arguments for each root field, several ways where there are several. A field that is new in the schema must be added
 * here: the tests that walk the schema fail until it is.
 */
export const argumentsOf: Readonly<Record<string, (ids: Ids) => readonly string[]>> = {
  _entities: (ids) => [
    `(representations: [{ __typename: "Customer", id: ${text(ids.customer)} }, { __typename: "Issue", id: ${text(ids.issue)} }])`,
  ],
  _service: () => [''],
  analytics: (ids) => [
    // What is refused lies below: on a line of its own, so that its place does not depend on the length of the key.
    `(filter: { from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z", blueprint: ${text(ids.blueprintKey)} }\n)`,
  ],
  apiKeys: () => [''],
  deadLetters: () => ['(first: 3)', '(first: 3, state: DISCARDED, source: "matrix")'],
  deadLetterTotals: () => [''],
  discardDeadLetters: (ids) => [
    `(input: { ids: [${text(ids.deadLetter)}], reason: "matrix" })`,
    '(input: { filter: {}, reason: "matrix" })',
  ],
  replayDeadLetters: (ids) => [`(input: { ids: [${text(ids.deadLetter)}] })`, '(input: { filter: {} })'],
  blueprint: (ids) => [`(key: ${text(ids.blueprintKey)})`, `(key: ${text(ids.blueprintKey)}, version: 1)`],
  blueprints: () => [''],
  customer: (ids) => [
    `(id: ${text(ids.customer)})`,
    `(identifier: ${emailOf(ids)})`,
    `(id: ${text(ids.customer)}, asOf: "2999-01-01T00:00:00Z")`,
  ],
  customers: (ids) => [
    `(first: 3, search: ${text(ids.email)})`,
    `(first: 3, segment: ${text(ids.segmentKey)})`,
    `(first: 3, after: ${text(ids.customerCursor)})`,
    `(last: 3, before: ${text(ids.customerCursor)})`,
  ],
  identitySettings: () => [''],
  previewIdentitySettings: () => ['(input: { foldsEmailPlus: true })'],
  updateIdentitySettings: () => ['(input: { version: 1, foldsEmailPlus: true })'],
  reapplyIdentitySettings: () => [''],
  identifierState: (ids) => [`(identifier: ${emailOf(ids)})`],
  issue: (ids) => [`(id: ${text(ids.issue)})`],
  issues: () => ['(first: 3)', '(first: 3, status: [OPEN, PENDING, ON_HOLD, RESOLVED, CLOSED], isLate: false)'],
  openIssueTotals: () => [''],
  markedIdentifiers: () => ['(first: 3)', '(first: 3, mark: SHARED)'],
  brakedCustomers: () => ['(first: 3)'],
  matchWeights: () => [''],
  estimateMatchWeights: () => [''],
  activateMatchWeights: () => ['(input: { version: 1 })', '(input: {})'],
  matchSuggestions: (ids) => ['(first: 5)', `(first: 5, band: STRONG, customerId: ${text(ids.customer)})`],
  node: (ids) => [
    ...[ids.customer, ids.touchpoint, ids.conversation, ids.issue, ids.segment, ids.blueprint].map(
      (id) => `(id: ${text(id)})`,
    ),
    `(id: ${suggestionOf(ids)})`,
  ],
  nodes: (ids) => [`(ids: [${text(ids.customer)}, ${text(ids.touchpoint)}, ${text(ids.issue)}, ${text(ids.segment)}])`],
  previewSegment: () => [`(rule: ${rule})`],
  previewSegmentChange: (ids) => [`(key: ${text(ids.segmentKey)}, rule: ${rule})`],
  segment: (ids) => [`(key: ${text(ids.segmentKey)})`],
  segments: () => [''],
  testMapping: () => [
    `(mapping: { touchpoints: [{ source: "matrix", channel: "CALL", kind: "call", identifiers: [{ type: "email", value: "$.from" }] }] }, sample: { from: "ada@example.com" })`,
  ],
  touchpoint: (ids) => [`(id: ${text(ids.touchpoint)})`],
  identifierHistory: (ids) => [`(identifier: ${emailOf(ids)})`],
  previewMerge: (ids) => [`(survivorId: ${text(ids.customer)}, otherId: ${text(ids.stranger)})`],
  whyLinked: (ids) => [`(a: ${text(ids.customer)}, identifierB: ${emailOf(ids)})`],
  allowLink: (ids) => [`(input: { customerId: ${text(ids.customer)}, otherId: ${text(ids.stranger)} })`],
  journey: (ids) => [`(id: ${text(ids.journey)})`],
  journeys: (ids) => ['(first: 3)', `(first: 3, blueprint: ${text(ids.blueprintKey)})`],
  startJourney: (ids) => [
    `(input: { blueprint: ${text(ids.blueprintKey)}, customerId: ${text(ids.customer)}, channel: CALL })`,
    `(input: { blueprint: ${text(ids.blueprintKey)}, identifiers: [${emailOf(ids)}], channel: CALL })`,
  ],
  advanceJourney: (ids) => [`(input: ${actOn(ids)})`],
  completeJourney: (ids) => [`(input: ${actOn(ids)})`],
  pauseJourney: (ids) => [`(input: ${actOn(ids)})`],
  cancelJourney: (ids) => [`(input: ${actOn(ids)})`],
  revokeResumeCodes: (ids) => [`(input: { journeyId: ${text(ids.journey)} })`],
  createResumeCode: (ids) => [`(input: { journeyId: ${text(ids.journey)} })`],
  resumeJourney: (ids) => [
    `(input: { journeyId: ${text(ids.journey)}, channel: CALL })`,
    `(input: { identifier: ${emailOf(ids)}, channel: CALL })`,
    '(input: { code: "AAA-AAA-AAA", channel: CALL })',
  ],
  handOffJourney: (ids) => [
    `(input: { id: ${text(ids.journey)}, version: 1, channel: CALL, to: QUEUE, name: "mine" })`,
  ],
  migrateJourneys: (ids) => [`(input: { blueprint: ${text(ids.blueprintKey)}, fromVersion: 1, toVersion: 2 })`],
  createBlueprint: (ids) => [`(input: { key: ${text(ids.blueprintKey)}, ${steps} })`],
  updateBlueprint: (ids) => [`(input: { key: ${text(ids.blueprintKey)}, version: 1, ${steps} })`],
  retireBlueprint: (ids) => [`(input: { key: ${text(ids.blueprintKey)} })`],
  intakeSettings: () => [''],
  updateIntakeSettings: () => ['(input: { version: 1, ownMail: ["matrix.example"] })'],
  connectorKinds: () => [''],
  connectors: () => [''],
  import: (ids) => [`(id: ${text(ids.import)})`],
  export: (ids) => [`(id: ${text(ids.export)})`],
  exports: () => ['(first: 3)'],
  createExport: (ids) => [
    `(input: { what: ISSUES, purpose: "matrix", filters: { customerId: ${text(ids.customer)}, segment: ${text(ids.segmentKey)} } })`,
  ],
  cancelExport: (ids) => [`(input: { id: ${text(ids.export)} })`],
  imports: () => ['(first: 3)'],
  connectorRequests: (ids) => [
    '(first: 3)',
    `(first: 3, connectorId: ${text(ids.connector)}, state: [TRANSLATED, WAITING], from: "2020-01-01T00:00:00Z", to: "2999-01-01T00:00:00Z")`,
  ],
  createConnector: () => ['(input: { key: "of-the-matrix", kind: "postmark" })'],
  deleteConnector: (ids) => [`(input: { id: ${text(ids.connector)} })`],
  replayRequests: (ids) => [
    `(input: { connectorId: ${text(ids.connector)}, ids: [${text(ids.request)}] })`,
    `(input: { connectorId: ${text(ids.connector)}, from: "2020-01-01T00:00:00Z" })`,
  ],
  rotateConnectorSecret: (ids) => [`(input: { id: ${text(ids.connector)} })`],
  updateConnector: (ids) => [`(input: { id: ${text(ids.connector)}, version: 1, enabled: false })`],
  createApiKey: () => ['(input: { name: "of the matrix", scopes: ["customers:read"] })'],
  createPortalToken: (ids) => [`(input: { customerId: ${text(ids.customer)} })`],
  createSegment: (ids) => [`(input: { key: ${text(ids.segmentKey)}, name: "Mine", rule: ${rule} })`],
  deleteSegment: (ids) => [`(input: { key: ${text(ids.segmentKey)} })`],
  confirmSuggestion: (ids) => [`(input: { id: ${suggestionOf(ids)} })`],
  rejectSuggestion: (ids) => [`(input: { id: ${suggestionOf(ids)} })`],
  reopenSuggestion: (ids) => [`(input: { id: ${suggestionOf(ids)} })`],
  forbidLink: (ids) => [`(input: { customerId: ${text(ids.customer)}, otherId: ${text(ids.stranger)} })`],
  identifyCustomer: (ids) => [`(input: { source: "matrix", identifiers: [${emailOf(ids)}], traits: { name: "Eve" } })`],
  linkTouchpoints: (ids) => [`(input: { issueId: ${text(ids.issue)}, touchpointIds: [${text(ids.touchpoint)}] })`],
  markIdentifierShared: (ids) => [`(input: { identifier: ${emailOf(ids)}, shared: true, reason: "matrix" })`],
  quarantineIdentifier: (ids) => [`(input: { identifier: ${emailOf(ids)}, reason: "matrix" })`],
  releaseIdentifier: (ids) => [`(input: { identifier: ${emailOf(ids)}, reason: "matrix" })`],
  mergeCustomers: (ids) => [
    `(input: { survivorId: ${text(ids.customer)}, otherId: ${text(ids.stranger)}, overrideUniqueness: true, reason: "Mine" })`,
  ],
  addSegmentMember: (ids) => [
    `(input: { segment: ${text(ids.segmentKey)}, customerId: ${text(ids.customer)}, reason: "matrix" })`,
  ],
  excludeSegmentMember: (ids) => [
    `(input: { segment: ${text(ids.segmentKey)}, customerId: ${text(ids.customer)}, reason: "matrix" })`,
  ],
  undoSegmentDecision: (ids) => [`(input: { segment: ${text(ids.segmentKey)}, customerId: ${text(ids.customer)} })`],
  markCustomer: (ids) => [`(input: { customerId: ${text(ids.customer)}, kind: LEAVING, reason: "matrix" })`],
  endMark: (ids) => [`(input: { id: ${text(ids.markId)}, reason: "matrix" })`],
  signalSettings: () => [''],
  updateSignalSettings: () => ['(input: { version: 1, longWaitSeconds: 600 })'],
  setPreferences: (ids) => [`(input: { customerId: ${text(ids.customer)}, language: "de" })`],
  consentPurposes: () => [''],
  createConsentPurpose: () => ['(input: { key: "of-the-matrix", name: "Mine" })'],
  updateConsentPurpose: (ids) => [`(input: { key: ${text(ids.purposeKey)}, version: 1, name: "Mine" })`],
  recordConsent: (ids) => [
    `(input: { customerId: ${text(ids.customer)}, purpose: ${text(ids.purposeKey)}, state: DENIED })`,
    `(input: { customerId: ${text(ids.customer)}, purpose: ${text(ids.purposeKey)}, state: GRANTED, touchpointId: ${text(ids.touchpoint)} })`,
  ],
  treatmentSettings: () => [''],
  updateTreatmentSettings: () => ['(input: { version: 1, observedDays: 30 })'],
  learnReasons: () => ['(input: {})'],
  surveys: () => [''],
  survey: (ids) => [`(key: ${text(ids.surveyKey)})`],
  createSurvey: () => [
    '(input: { key: "of-the-matrix", name: "Mine", kind: NPS, texts: [{ language: "en", question: "Mine?" }] })',
  ],
  updateSurvey: (ids) => [`(input: { key: ${text(ids.surveyKey)}, version: 1, name: "Mine" })`],
  surveyInvitations: (ids) => [
    '(first: 3)',
    `(first: 3, survey: ${text(ids.surveyKey)}, state: ANSWERED, hasToken: false)`,
  ],
  inviteToSurvey: (ids) => [
    `(input: { invitationId: ${text(ids.invitation)} })`,
    `(input: { survey: ${text(ids.surveyKey)}, touchpointId: ${text(ids.touchpoint)} })`,
  ],
  answerSurvey: (ids) => [
    `(input: { invitationId: ${text(ids.invitation)}, score: 3, channel: CALL })`,
    `(input: { survey: ${text(ids.surveyKey)}, journeyId: ${text(ids.journey)}, score: 3, channel: CALL })`,
  ],
  momentsOfTruth: () => [''],
  momentOfTruth: (ids) => [`(key: ${text(ids.momentKey)})`],
  createMomentOfTruth: () => ['(input: { key: "of-the-matrix", name: "Mine", kinds: ["call"] })'],
  updateMomentOfTruth: (ids) => [`(input: { key: ${text(ids.momentKey)}, version: 1, name: "Mine" })`],
  scorecards: () => [''],
  scorecard: (ids) => [`(key: ${text(ids.scorecardKey)})`, `(key: ${text(ids.scorecardKey)}, version: 1)`],
  createScorecard: () => ['(input: { key: "of-the-matrix", name: "Mine", criteria: [{ key: "one", name: "Mine" }] })'],
  updateScorecard: (ids) => [`(input: { key: ${text(ids.scorecardKey)}, version: 1, name: "Mine" })`],
  evaluations: (ids) => ['(first: 3)', `(first: 3, scorecard: ${text(ids.scorecardKey)}, by: COACH)`],
  evaluationGaps: (ids) => ['(first: 3)', `(first: 3, scorecard: ${text(ids.scorecardKey)})`],
  evaluateContact: (ids) => [
    `(input: { touchpointId: ${text(ids.touchpoint)}, scorecard: ${text(ids.scorecardKey)}, by: COACH, agentId: "mine",
      scores: [{ criterion: "one", score: 3 }] })`,
  ],
  openBrief: (ids) => [
    `(input: { customerId: ${text(ids.customer)}, agentId: "mine" })`,
    `(input: { customerId: ${text(ids.customer)}, touchpointId: ${text(ids.touchpoint)} })`,
  ],
  openIssue: (ids) => [
    `(input: { subject: "Mine", customerId: ${text(ids.customer)} })`,
    `(input: { subject: "Mine", touchpointId: ${text(ids.touchpoint)} })`,
  ],
  reassignIdentifier: (ids) => [
    `(input: { type: "email", value: ${text(ids.email)}, toCustomerId: ${text(ids.customer)}, from: "2024-01-01T00:00:00Z" })`,
  ],
  splitIdentifier: (ids) => [`(input: { type: "email", value: ${text(ids.email)}, from: "2024-01-01T00:00:00Z" })`],
  recordTouchpoints: (ids) => [`(input: { touchpoints: [${call(ids)}] })`],
  commentIssue: (ids) => [`(input: { issueId: ${text(ids.issue)}, body: "Mine", isPublic: true })`],
  linkIssues: (ids) => [`(input: { issueId: ${text(ids.issue)}, kind: BLOCKS, otherId: "iss_${'0'.repeat(32)}" })`],
  unlinkIssues: (ids) => [`(input: { issueId: ${text(ids.issue)}, kind: BLOCKS, otherId: "iss_${'0'.repeat(32)}" })`],
  referTicket: (ids) => [`(input: { issueId: ${text(ids.issue)}, system: "matrix", externalId: "mine" })`],
  slaSettings: () => [''],
  updateSlaSettings: () => ['(input: { version: 0, policies: [{ priority: LOW, resolutionMinutes: 10 }] })'],
  resolveIssue: (ids) => [`(input: { id: ${text(ids.issue)}, resolution: "Mine" })`],
  revokeApiKey: (ids) => [`(input: { id: ${text(ids.apiKey)} })`],
  undoMerge: () => ['(input: { mergeId: "mrg_1" })'],
  updateIssue: (ids) => [`(input: { id: ${text(ids.issue)}, version: 1, subject: "Mine" })`],
  updateSegment: (ids) => [`(input: { key: ${text(ids.segmentKey)}, version: 1, name: "Mine" })`],
};

/** Whole documents that ask a root field, each as deep as `selection` says. */
export function questionsOf(field: RootField, ids: Ids, selection = selectionOf(field.type)): string[] {
  const given = argumentsOf[field.name];
  if (!given) throw new Error(`${field.name} is new: give it arguments in test/access/schema-walk.ts.`);
  return given(ids).map((args) => `${field.operation} { ${field.name}${args} ${selection} }`);
}

type Chooses = (type: GraphQLObjectType, field: GraphQLField<unknown, unknown>) => boolean;

/** A selection of everything below a type that takes no argument, so many object levels deep. */
export function selectionOf(type: unknown, levels = 2, chooses: Chooses = () => true): string {
  if (!isObjectType(type))
    return typeof type === 'object' && type !== null && 'getTypes' in type ? '{ __typename }' : abstract(type);
  const parts: string[] = ['__typename'];
  for (const field of Object.values(type.getFields())) {
    if (field.args.some((argument) => argument.type.toString().endsWith('!')) || !chooses(type, field)) continue;
    const inner = getNamedType(field.type);
    if (!isObjectType(inner)) parts.push('getFields' in inner ? '' : field.name);
    else if (levels > 0) {
      const isPage = /Connection$/.test(inner.name);
      const carries = /(Connection|Edge|PageInfo|Payload)$/.test(inner.name);
      const below = selectionOf(inner, carries ? levels : levels - 1, chooses);
      parts.push(`${field.name}${isPage ? '(first: 5)' : ''} ${below}`);
    }
  }
  return `{ ${parts.join(' ')} }`;
}

/** An interface shows its ids; leaves have no selection. */
function abstract(type: unknown): string {
  return typeof type === 'object' && type !== null && 'getFields' in type ? '{ __typename id }' : '';
}
