import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

const document = readFileSync('docs/merging.md', 'utf8');

/** The requests of the story with the answers that it shows, in their order. */
const [, story] = document.split('## A wrong merge, made, explained and taken back');
const blocks = [...(story as string).matchAll(/```(graphql|json)\n([\s\S]*?)```/g)].map(([, kind, text]) => ({
  kind,
  text: text as string,
}));

/** What differs from one run to the next. */
const plain = (answer: unknown): unknown =>
  JSON.parse(
    JSON.stringify(answer)
      .replace(/"\d{4}-\d\d-\d\dT[^"]*"/g, '"<instant>"')
      .replace(/"key:[0-9a-f]+"/g, '"key:<id>"'),
  );

async function call(externalId: string, ...addresses: string[]): Promise<void> {
  const { errors } = await it.graphql(
    'mutation ($input: RecordTouchpointsInput!) { recordTouchpoints(input: $input) { results { customerId } } }',
    {
      input: {
        touchpoints: [
          {
            source: 'phone',
            externalId,
            channel: 'CALL',
            kind: 'call.completed',
            identifiers: addresses.map((value) => ({ type: 'email', value })),
          },
        ],
      },
    },
  );
  expect(errors).toBeUndefined();
}

const [mary, martin] = ['mary.baker@example.com', 'm.baker@example.com'];

describe('the story of a wrong merge in docs/merging.md', () => {
  test('is what a running service answers, request by request', async () => {
    expect(blocks.map((block) => block.kind)).toEqual(Array.from({ length: 6 }, () => ['graphql', 'json']).flat());
    const requests = blocks.filter((block) => block.kind === 'graphql');
    for (const [n, { text }] of requests.entries()) {
      // What the text between the requests says that happened.
      if (n === 3) await call('call-3', martin);
      if (n === 5) await call('call-4', mary, martin);
      const { data, errors } = await it.graphql(text);
      expect(errors, text).toBeUndefined();
      expect(plain({ data }), text).toEqual(plain(JSON.parse(blocks[n * 2 + 1]?.text as string)));
    }
  });

  test('ends with the very refusal that it quotes', async () => {
    const { errors } = await it.graphql(
      `mutation { mergeCustomers(input: { survivorId: "cus_1000", otherId: "cus_1001" }) { isNew } }`,
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', reason: 'LINK_FORBIDDEN' });
    expect(document.replaceAll('\n', ' ')).toContain(errors?.[0]?.message);
  });
});
