import fc from 'fast-check';
import { buildSchema, coerceInputValue, type GraphQLInputType, GraphQLList, GraphQLNonNull } from 'graphql';
import { describe, expect, it } from 'vitest';
import { readerOf } from '../../src/platform/input-reader.js';

const schema = buildSchema(`
  enum Channel { CALL CHAT }
  input Ref { id: ID!, source: String }
  input Touchpoint {
    kind: String!, channel: Channel!, seconds: Int, mood: Float, abandoned: Boolean, about: [Ref!], tags: [String]
    count: Int! = 1, label: String = "none", parent: Touchpoint, words: [[String!]!]
  }
  input Choice @oneOf { a: String, b: Int }
  type Query { a(touchpoints: [Touchpoint!]!, choice: Choice): Int }
`);
const touchpoint = schema.getType('Touchpoint') as GraphQLInputType;
const batch = new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(touchpoint)));

function byGraphql(type: GraphQLInputType, value: unknown): { value: unknown } | null {
  let isWrong = false;
  const coerced = coerceInputValue(value, type, () => {
    isWrong = true;
  });
  return isWrong ? null : { value: coerced };
}

function byReader(type: GraphQLInputType, value: unknown): { value: unknown } | null {
  try {
    return { value: readerOf(type)(value) };
  } catch {
    return null;
  }
}

/** As its JSON: graphql-js makes objects without a prototype, and the order of their keys says nothing. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

const orNull = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const ref = fc.record({ id: fc.string(), source: orNull(fc.string()) }, { requiredKeys: ['id'] });
const { good } = fc.letrec<{ good: Record<string, unknown> }>((tie) => ({
  good: fc.record(
    {
      kind: fc.string(),
      channel: fc.constantFrom('CALL', 'CHAT'),
      seconds: orNull(fc.integer()),
      mood: orNull(fc.double({ noNaN: true, noDefaultInfinity: true })),
      abandoned: orNull(fc.boolean()),
      about: orNull(fc.array(ref)),
      tags: orNull(fc.array(orNull(fc.string()))),
      count: fc.integer(),
      label: orNull(fc.string()),
      parent: fc.option(tie('good'), { maxDepth: 2, nil: null }),
      words: orNull(fc.array(fc.array(fc.string()))),
    },
    { requiredKeys: ['kind', 'channel'] },
  ),
}));

describe('Values of an input type', () => {
  it('are read as graphql-js reads them', () => {
    fc.assert(
      fc.property(fc.array(good), (values) => {
        const read = byReader(batch, values);
        expect(read).not.toBeNull();
        expect(plain(read)).toEqual(plain(byGraphql(batch, values)));
      }),
    );
  });

  it('are never read otherwise, and not at all where graphql-js finds fault', () => {
    const spoiled = fc.tuple(
      good,
      fc.string(),
      fc.constantFrom(...'kind channel seconds about count words more'.split(' ')),
    );
    fc.assert(
      fc.property(spoiled, fc.jsonValue(), ([value, text, name], any) => {
        const bad = { ...value, [name === 'more' ? text : name]: any };
        const read = byReader(touchpoint, bad);
        if (read) expect(plain(read)).toEqual(plain(byGraphql(touchpoint, bad)));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['a required field is missing', { channel: 'CALL' }],
    ['a required field is null', { kind: 'x', channel: null }],
    ['a field is not known', { kind: 'x', channel: 'CALL', colour: 'red' }],
    ['a word is not of the enumeration', { kind: 'x', channel: 'PIGEON' }],
    ['a number has a fraction', { kind: 'x', channel: 'CALL', seconds: 1.5 }],
    ['a number is too large', { kind: 'x', channel: 'CALL', seconds: 2 ** 31 }],
    ['text is a number', { kind: 1, channel: 'CALL' }],
    ['an element is null', { kind: 'x', channel: 'CALL', about: [null] }],
    ['it is a list', []],
    ['it is text', 'x'],
  ])('are not read when %s', (_, value) => {
    expect(byGraphql(touchpoint, value)).toBeNull();
    expect(byReader(touchpoint, value)).toBeNull();
  });

  it('of a type of which exactly one field counts are left to graphql-js', () => {
    expect(byReader(schema.getType('Choice') as GraphQLInputType, { a: 'x' })).toBeNull();
  });
});
