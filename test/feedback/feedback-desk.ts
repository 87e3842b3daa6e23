import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { FEEDBACK_CLOCK } from '../../src/feedback/feedback-clock.js';
import type { GraphqlAnswer, TestService } from '../setup/service.js';

export const texts = [
  { language: 'en', question: 'How was it?', lowest: 'Awful', highest: 'Great', commentQuestion: 'Why?' },
  { language: 'de', question: 'Wie war es?' },
];

/** What clients do with surveys, in few words. */
export function feedbackDesk(it: () => TestService) {
  /** The data; an error fails the test that asked. */
  async function ask(query: string, variables: object = {}, key?: string): Promise<GraphqlAnswer['data']> {
    const answer = await it().graphql(query, variables, key);
    expect(answer.errors).toBeUndefined();
    return answer.data;
  }

  /** A survey by an input; its key. */
  async function survey(more: object = {}): Promise<string> {
    const input = { key: `s-${randomUUID().slice(0, 8)}`, name: 'After a contact', kind: 'CSAT', texts, ...more };
    await ask('mutation ($i: CreateSurveyInput!) { createSurvey(input: $i) { survey { id } } }', { i: input });
    return input.key;
  }

  const invite = (input: object, key?: string) =>
    it().graphql(
      `mutation ($i: InviteToSurveyInput!) { inviteToSurvey(input: $i) { token link isNew invitation { id state } } }`,
      { i: input },
      key,
    );

  async function token(input: object): Promise<string> {
    const answer = await invite(input);
    expect(answer.errors).toBeUndefined();
    return answer.data.inviteToSurvey.token;
  }

  const answer = (input: object, key?: string) =>
    it().graphql(
      `mutation ($i: AnswerSurveyInput!) { answerSurvey(input: $i) { feedback { id score } } }`,
      { i: { channel: 'CALL', ...input } },
      key,
    );

  const byToken = (one: string, body: object) =>
    it().http.post(`/v1/surveys/${one}`).set('content-type', 'application/json').send(JSON.stringify(body));

  /** Contacts of somebody new, or of whoever `identifiers` name; after everything that follows was done. */
  async function contact(...touchpoints: Record<string, unknown>[]) {
    const email = `${randomUUID()}@example.com`;
    const filled = touchpoints.map((one) => ({
      source: 'desk',
      externalId: randomUUID(),
      channel: 'CALL',
      kind: 'call.completed',
      identifiers: [{ type: 'email', value: email }],
      ...one,
    }));
    const { recordTouchpoints } = await ask(
      `mutation ($t: [TouchpointInput!]!) { recordTouchpoints(input: { touchpoints: $t }) {
        results { touchpointId customerId error { message } } } }`,
      { t: filled },
    );
    await it().settled();
    const { results } = recordTouchpoints;
    return {
      email,
      customer: results[0].customerId as string,
      touchpoint: results[0].touchpointId as string,
      ids: results.map((one: { touchpointId: string }) => one.touchpointId) as string[],
    };
  }

  async function invitationsOf(customer: string, state?: string) {
    const data = await ask(
      `query ($id: ID!, $state: SurveyInvitationState) { customer(id: $id) { surveyInvitations(state: $state) { nodes {
        id state opensAt expiresAt hasToken actor agentId survey { key } touchpoint { id } journey { id } } } } }`,
      { id: customer, state },
    );
    return data.customer.surveyInvitations.nodes;
  }

  async function feedbackOf(customer: string, fields = 'kind score scoreMin scoreMax answer comment channel source') {
    const data = await ask(
      `query ($id: ID!) { customer(id: $id) { feedback { nodes { ${fields} } } metrics { lastCsat lastNps lastCes } } }`,
      { id: customer },
    );
    return { nodes: data.customer.feedback.nodes, metrics: data.customer.metrics };
  }

  async function at<T>(instant: Date, act: () => Promise<T>): Promise<T> {
    const clock = it().service.app.get(FEEDBACK_CLOCK);
    const { now } = clock;
    Object.assign(clock, { now: () => instant });
    try {
      return await act();
    } finally {
      Object.assign(clock, { now });
    }
  }

  return { ask, survey, invite, token, answer, byToken, contact, invitationsOf, feedbackOf, at };
}

export const refusal = (answer: GraphqlAnswer) => ({
  reason: answer.errors?.[0]?.extensions['reason'],
  field: answer.errors?.[0]?.extensions['field'],
});
