import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { directions } from '../../src/touchpoints/vocabulary.js';
import { startTestService, type TestService } from '../setup/service.js';
import { type History, makeHistory, storeHistory } from './history-data.js';
import { Oracle } from './oracle.js';

let service: TestService;
let history: History;
let foreign: { workspace: number; key: string; history: History };
const now = Date.now();

beforeAll(async () => {
  service = await startTestService();
  history = makeHistory(service.workspace, 21, 40, now);
  await storeHistory(service.database.owner, history);
  const other = await service.makeWorkspace('other');
  foreign = { ...other, history: makeHistory(other.workspace, 22, 5, now) };
  await storeHistory(service.database.owner, foreign.history);
});

afterAll(() => service?.stop());

describe('who sees what', () => {
  test('another workspace finds nothing by any id or identifier', async () => {
    const profile = history.profiles[0]?.id;
    const touchpoint = history.touchpoints[0]?.id;
    const identifier = history.identifiers.find((one) => one.type === 'email')?.value;
    const { data, errors } = await service.graphql(
      `{ a: customer(id: "cus_${profile}") { id } b: touchpoint(id: "tp_${touchpoint}") { id }
         c: customer(identifier: { type: "email", value: "${identifier}" }) { id } n: node(id: "cus_${profile}") { id } }`,
      {},
      foreign.key,
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ a: null, b: null, c: null, n: null });
  });

  test('masked callers get no name, value or free text as it is', async () => {
    const key = await service.makeKey(['customers:read'], { masked: true });
    const query = `{ customers(first: 40) { nodes { displayName traits identifiers { value rawValue }
      touchpoints(first: 25) { nodes { subject summary attributes identifiersSeen { value } conversation { subject } } }
      coverage { redactedFields { field reason } } } } }`;
    const text = JSON.stringify((await service.graphql(query, {}, key)).data);
    for (const { value } of history.identifiers) expect(text).not.toContain(value);
    expect(text).not.toMatch(/"(subject|summary)":"/);
    expect(text).not.toMatch(/"attributes":\{"/);
    expect(text).not.toMatch(/"(name|firstName|last_name|address)":(?!"\*\*\*\*")/);
    expect(text).toContain('"MASKED"');
  });

  test('a portal token sees its own customer, by any of its ids, without anything internal, and nobody else', async () => {
    const oracle = new Oracle(history, now, null, true);
    const own = history.profiles.find((one) => one.id !== one.canonicalId) as { id: number; canonicalId: number };
    const made = await service.graphql(
      `mutation { createPortalToken(input: { customerId: "cus_${own.id}" }) { token } }`,
    );
    const { token } = made.data.createPortalToken;
    const members = oracle.membersOf(own.canonicalId);
    const query = (id: number) => `{ customer(id: "cus_${id}") { id
      touchpoints(first: 500) { nodes { id direction } }
      conversations(first: 500) { nodes { id touchpointCount } } coverage { totalTouchpoints } } }`;
    for (const profile of history.profiles) {
      const { data, errors } = await service.graphql(query(profile.id), {}, token);
      expect(errors).toBeUndefined();
      if (profile.canonicalId !== own.canonicalId) {
        expect(data.customer).toBeNull();
        continue;
      }
      const shown = oracle.touchpointsOf(members);
      expect(data.customer).toEqual({
        id: `cus_${own.canonicalId}`,
        touchpoints: { nodes: shown.map((one) => ({ id: `tp_${one.id}`, direction: directions[one.direction] })) },
        conversations: {
          nodes: oracle.conversationsOf(members).map((one) => ({
            id: `cnv_${one.id}`,
            touchpointCount: one.touchpointCount,
          })),
        },
        coverage: { totalTouchpoints: shown.length },
      });
    }
    for (const one of history.touchpoints) {
      const isShown = members.includes(one.profileId) && directions[one.direction] !== 'INTERNAL';
      const { data } = await service.graphql(
        `{ touchpoint(id: "tp_${one.id}") { id } node(id: "tp_${one.id}") { id } }`,
        {},
        token,
      );
      const answer = isShown ? { id: `tp_${one.id}` } : null;
      expect(data).toEqual({ touchpoint: answer, node: answer });
    }
    for (const field of ['metrics { contacts7d }', 'traits', 'resolution { matchedBy { type } }']) {
      const { errors } = await service.graphql(`{ customer(id: "cus_${own.id}") { ${field} } }`, {}, token);
      expect(errors?.[0]?.extensions['reason']).toBe('FIELD_INTERNAL');
    }
    const list = await service.graphql('{ customers { nodes { id } } }', {}, token);
    expect(list.errors?.[0]?.extensions['reason']).toBe('FIELD_INTERNAL');
  });

  test('a key without the scope is told which one it needs', async () => {
    const key = await service.makeKey(['touchpoints:write']);
    const { errors } = await service.graphql('{ customers { nodes { id } } }', {}, key);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', reason: 'SCOPE_MISSING' });
  });
});
