import { randomUUID } from 'node:crypto';
import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { argumentsOf, rootFields, schemaOf } from '../access/schema-walk.js';
import { dataOf, makeWorld, recordMutation, type World } from '../access/world.js';
import { counts } from '../isolation/dump.js';
import { startTestService, type TestService } from '../setup/service.js';
import { expectWorded } from './refusals.js';

let it: TestService;
let world: World;

beforeAll(async () => {
  it = await startTestService();
  world = await makeWorld(it, it.workspace, it.key, 'text', '+4930901820');
});

afterAll(() => it?.stop());

const evil = {
  NUL: 'a\0b',
  'a high half': 'a\ud800b',
  'a low half': 'a\udfffb',
  'halves the wrong way round': '\udc00\ud800',
};

const good = (more: object = {}): Record<string, unknown> => ({
  source: 'text',
  externalId: randomUUID(),
  channel: 'CALL',
  kind: 'call.completed',
  identifiers: [{ type: 'email', value: `${randomUUID()}@example.com` }],
  ...more,
});
const record = (...touchpoints: object[]) => it.graphql(recordMutation, { input: { touchpoints } });

describe('text that no database holds is refused where it stands, and the neighbours are stored:', () => {
  const places: [string, (text: string) => object, string, string][] = [
    ...['source', 'externalId', 'kind', 'subject', 'summary', 'topic', 'language', 'agentId', 'queue', 'outcome'].map(
      (field): [string, (text: string) => object, string, string] => [
        field,
        (text) => ({ [field]: text }),
        field,
        'TEXT_INVALID',
      ],
    ),
    [
      'an identifier',
      (text) => ({ identifiers: [{ type: 'user_id', value: text }] }),
      'identifiers[0].value',
      'TEXT_INVALID',
    ],
    [
      'an identifier type',
      (text) => ({ identifiers: [{ type: text, value: 'x' }] }),
      'identifiers[0].type',
      'IDENTIFIER_TYPE_UNKNOWN',
    ],
    [
      'a region',
      (text) => ({ identifiers: [{ type: 'phone', value: '1', region: text }] }),
      'identifiers[0].region',
      'INPUT_INVALID',
    ],
    ...['conversation', 'issue', 'journey'].flatMap((field): [string, (text: string) => object, string, string][] => [
      [`${field}.externalId`, (text) => ({ [field]: { externalId: text } }), `${field}.externalId`, 'TEXT_INVALID'],
      [
        `${field}.source`,
        (text) => ({ [field]: { externalId: 'x', source: text } }),
        `${field}.source`,
        'TEXT_INVALID',
      ],
    ]),
    ['a value in attributes', (text) => ({ attributes: { a: text } }), 'attributes', 'TEXT_INVALID'],
    ['a key in attributes', (text) => ({ attributes: { [text]: 1 } }), 'attributes', 'TEXT_INVALID'],
    ['deep in attributes', (text) => ({ attributes: { a: [{ b: ['\\', text] }] } }), 'attributes', 'TEXT_INVALID'],
    ['after a backslash in attributes', (text) => ({ attributes: { a: `\\${text}\\` } }), 'attributes', 'TEXT_INVALID'],
    ['a value in traits', (text) => ({ traits: { t: text } }), 'traits.t', 'TEXT_INVALID'],
    ['a key in traits', (text) => ({ traits: { [text]: 1 } }), 'traits', 'TEXT_INVALID'],
    ['a key deep in traits', (text) => ({ traits: { t: { [text]: 1 } } }), 'traits.t', 'TEXT_INVALID'],
  ];

  test.each(places)('%s', async (_, of, field, reason) => {
    for (const [what, text] of Object.entries(evil)) {
      await it.settled();
      const before = await counts(it.database.owner);
      const { results } = dataOf(await record(good(), good(of(text)), good())).recordTouchpoints;
      expect(
        results.map((one: { outcome: string }) => one.outcome),
        what,
      ).toEqual(['CREATED', 'REJECTED', 'CREATED']);
      expect(results[1].error, what).toMatchObject({
        code: 'BAD_USER_INPUT',
        reason,
        field: `touchpoints[1].${field}`,
      });
      const after = await counts(it.database.owner);
      expect([after['touchpoint'], after['trait']]).toEqual([Number(before['touchpoint']) + 2, before['trait']]);
    }
  });

  test('but text that only looks like it is kept letter for letter', async () => {
    const attributes = { a: '\\u0000', b: '\\\\ud800', c: '\\\\\\u0000', '\\u0000': '\u{1f600}\u2028\u0001' };
    const { results } = dataOf(await record(good({ attributes, subject: '\\u0000 \\ud800' }))).recordTouchpoints;
    const { touchpoint } = dataOf(
      await it.graphql(`{ touchpoint(id: "${results[0].touchpointId}") { attributes subject } }`),
    );
    expect(touchpoint).toEqual({ attributes, subject: '\\u0000 \\ud800' });
  });
});

/** The places of text in an argument: paths into its value, with lists as their first element. */
function textsIn(type: GraphQLInputType, path: readonly string[]): string[][] {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return textsIn(nullable.ofType, [...path, '0']);
  if (isInputObjectType(nullable)) {
    return Object.values(nullable.getFields()).flatMap((field) => textsIn(field.type, [...path, field.name]));
  }
  return ['String', 'ID', 'JSON'].includes(getNamedType(type).name) ? [[...path]] : [];
}

/** A value for an argument: what is required, and what lies on the way to the text. */
function sampleOf(of: GraphQLArgument | GraphQLInputField, way: readonly string[] | null, text: string): unknown {
  return within(of.type, way === null ? null : way.slice(1), text);
}

function within(type: GraphQLInputType, way: readonly string[] | null, text: string): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [within(nullable.ofType, way?.[0] === '0' ? way.slice(1) : null, text)];
  if (isInputObjectType(nullable)) {
    const fields = Object.values(nullable.getFields()).filter(
      (field) => field.name === way?.[0] || (field.type.toString().endsWith('!') && field.defaultValue === undefined),
    );
    return Object.fromEntries(
      fields.map((field) => [field.name, sampleOf(field, field.name === way?.[0] ? way : null, text)]),
    );
  }
  if (way !== null) return text;
  const plain: Record<string, unknown> = {
    String: 'x',
    ID: world.customer,
    JSON: { trait: 'plan', is: 'gold' },
    Int: 1,
    Channel: 'CALL',
    Boolean: false,
  };
  return plain[getNamedType(type).name];
}

interface Place {
  readonly about: string;
  readonly query: string;
  readonly variables: (text: string) => Record<string, unknown>;
}

/** Every argument of every root field, down to each text in it, and those of the lists below a customer. */
function places(schema: GraphQLSchema): Place[] {
  return rootFields(schema).flatMap((root) => {
    const type = root.operation === 'query' ? schema.getQueryType() : schema.getMutationType();
    const args = type?.getFields()[root.name]?.args ?? [];
    expect(Object.keys(argumentsOf)).toContain(root.name);
    const selection = root.type && 'getFields' in root.type ? '{ __typename }' : '';
    return args.flatMap((arg) =>
      textsIn(arg.type, [arg.name]).map((way): Place => {
        const given = args.filter((one) => one === arg || one.type.toString().endsWith('!'));
        const declared = given.map((one) => `$${one.name}: ${one.type}`).join(', ');
        const passed = given.map((one) => `${one.name}: $${one.name}`).join(', ');
        return {
          about: `${root.name}(${way.join('.')})`,
          query: `${root.operation} (${declared}) { ${root.name}(${passed}) ${selection} }`,
          variables: (text) =>
            Object.fromEntries(given.map((one) => [one.name, sampleOf(one, one === arg ? way : null, text)])),
        };
      }),
    );
  });
}

test('no text of the schema can make the service fail: each place refuses it in words, or takes it', async () => {
  const all = places(schemaOf(it));
  expect(all.length).toBeGreaterThan(60);
  const failures: string[] = [];
  for (const { about, query, variables } of all) {
    for (const [what, text] of Object.entries({
      NUL: evil.NUL,
      'half a pair': evil['a high half'],
      long: 'x'.repeat(600_000),
    })) {
      const answer = await it.graphql(query, variables(text));
      if (!answer.errors) continue;
      try {
        expectWorded(answer, about);
      } catch {
        failures.push(`${about}: ${what}: ${JSON.stringify(answer.errors).slice(0, 200)}`);
      }
    }
  }
  expect(failures).toEqual([]);
});

test('no text in a list’s arguments can make the service fail', async () => {
  const lists = [
    'touchpoints(topic: $t)',
    'touchpoints(kinds: [$t])',
    'touchpoints(after: $t)',
    'touchpoints(before: $t, last: 1)',
    'conversations(after: $t)',
    'issues(topic: $t)',
    'issues(after: $t)',
  ];
  const ids = ['touchpoints(issueId: $i)', 'touchpoints(journeyId: $i)'];
  for (const text of [...Object.values(evil), 'x'.repeat(600_000), '%', "'; drop table profile; --"]) {
    for (const list of [...lists, ...ids]) {
      const declared = list.includes('$i') ? '$i: ID!' : '$t: String!';
      const answer = await it.graphql(
        `query (${declared}) { customer(id: "${world.customer}") { ${list} { nodes { id } } } }`,
        { i: text, t: text },
      );
      if (answer.errors) expectWorded(answer, list);
      else expect(answer.data.customer, list).toBeTruthy();
    }
  }
});

describe('keys that mean something to JavaScript', () => {
  const keys = ['constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__'];

  test('are kept in attributes and traits like any other, and change nothing', async () => {
    const things = Object.fromEntries(keys.map((key) => [key, { polluted: key }]));
    const { results } = dataOf(await record(good({ attributes: things, traits: things }))).recordTouchpoints;
    const { touchpoint } = dataOf(
      await it.graphql(`{ touchpoint(id: "${results[0].touchpointId}") { attributes customer { traits } } }`),
    );
    expect(touchpoint).toEqual({ attributes: things, customer: { traits: things } });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('such as __proto__ are refused in a body and kept when they stand in the query, polluting nothing', async () => {
    await it.settled();
    const before = await counts(it.database.owner);
    const body = JSON.stringify({
      query: recordMutation,
      variables: { input: { touchpoints: [good({ attributes: { x: 1 } })] } },
    });
    for (const key of ['__proto__', '\\u005f_proto__']) {
      const answer = await it.http
        .post('/graphql')
        .set('authorization', `Bearer ${it.key}`)
        .set('content-type', 'application/json')
        .send(body.replace('"x":1', `"${key}":{"polluted":true}`));
      expect(answer.status).toBe(400);
      expectWorded(answer.body);
    }
    expect(await counts(it.database.owner)).toEqual(before);
    const written = await it.graphql(
      `mutation { recordTouchpoints(input: { touchpoints: [{ source: "s", channel: CALL, kind: "k",
        identifiers: [{ type: "email", value: "proto@example.com" }],
        attributes: { __proto__: { polluted: true } }, traits: { __proto__: { polluted: true } } }] }) {
        results { outcome touchpointId } } }`,
    );
    expect(dataOf(written).recordTouchpoints.results[0].outcome).toBe('CREATED');
    const shown = await it.http
      .post('/graphql')
      .set('authorization', `Bearer ${it.key}`)
      .send({
        query: `{ touchpoint(id: "${written.data.recordTouchpoints.results[0].touchpointId}") { attributes customer { traits } } }`,
      });
    expect(shown.text).toContain('"attributes":{"__proto__":{"polluted":true}}');
    expect(shown.text.replaceAll(' ', '')).toContain('"traits":{"__proto__":{"polluted":true}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
