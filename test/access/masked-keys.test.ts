import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scopes } from '../../src/access/caller.js';
import { startTestService, type TestService } from '../setup/service.js';
import { questionsOf, rootFields, schemaOf } from './schema-walk.js';
import { dataOf, makeWorld, name, summary, type World } from './world.js';

let it: TestService;
let world: World;

beforeAll(async () => {
  it = await startTestService();
  world = await makeWorld(it, it.workspace, it.key, 'masked', '+4930901820');
});

afterAll(() => it?.stop());

describe('a masked key', () => {
  /** Whatever says who she is, as it was sent. */
  const secrets = () => [
    world.email,
    world.phone,
    name,
    ...name.split(' '),
    summary,
    'Quastenflosser',
    '493012345678',
    'Ulm',
    '4111-1111-1111',
    'Refund',
  ];

  test('sees no identifier, name or free text, whatever it reads', async () => {
    const masked = await it.makeKey(scopes, { masked: true });
    const fields = rootFields(schemaOf(it)).filter(({ operation }) => operation === 'query');
    const questions = fields.flatMap((field) => questionsOf(field, world).map((question) => ({ field, question })));
    const whole = `{ customers(first: 100) { nodes { displayName traits identifiers { value rawValue } } }
      node(id: "${world.customer}") { ... on Customer { displayName traits identifiers { value }
        resolution { matchedBy { value } } touchpoints { nodes { subject summary attributes identifiersSeen { value } } } } }
      found: customers(search: "Quastenfl") { nodes { id displayName } edges { node { traits } } } }`;
    for (const question of [...questions.map((one) => one.question), whole]) {
      const answer = await it.graphql(question, {}, masked);
      expect(answer.errors, question.slice(0, 90)).toBeUndefined();
      const shown = JSON.stringify(answer.data);
      for (const secret of secrets()) expect(shown, `${secret} in ${question.slice(0, 90)}`).not.toContain(secret);
    }
    const open = JSON.stringify((await it.graphql(whole)).data);
    for (const secret of secrets()) expect(open, secret).toContain(secret);
  });

  test('still finds by name and by identifier, and says what it hides', async () => {
    const masked = await it.makeKey(['customers:read'], { masked: true });
    const { data } = await it.graphql(
      `query ($email: String!) { customers(search: "quastenflosser") { nodes { id } }
        customer(identifier: { type: "email", value: $email }) { id coverage { redactedFields { field reason } } } }`,
      { email: world.email },
      masked,
    );
    expect(data.customers.nodes).toEqual([{ id: world.customer }]);
    expect(data.customer.id).toBe(world.customer);
    expect(data.customer.coverage.redactedFields).toContainEqual({ field: 'traits', reason: 'MASKED' });
  });

  test('makes no key and no portal token that sees more than itself', async () => {
    const masked = await it.makeKey(scopes, { masked: true });
    const { data } = await it.graphql(
      `mutation ($id: ID!) {
        createApiKey(input: { name: "more", scopes: ["customers:read"] }) { secret apiKey { masked } }
        createPortalToken(input: { customerId: $id }) { token } }`,
      { id: world.customer },
      masked,
    );
    expect(data.createApiKey.apiKey.masked).toBe(true);
    for (const key of [data.createApiKey.secret, data.createPortalToken.token]) {
      const shown = await it.graphql(
        `{ customer(id: "${world.customer}") { displayName identifiers { value } } }`,
        {},
        key,
      );
      expect(JSON.stringify(dataOf(shown))).not.toContain(world.email);
      expect(JSON.stringify(shown)).not.toContain(name);
    }
  });
});
