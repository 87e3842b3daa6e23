import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../src/platform/limits.js';
import { makeWorld, type World } from '../access/world.js';
import { startTestService, type TestService } from '../setup/service.js';
import { type Expected, expectRefused, expectWorded } from './refusals.js';

let it: TestService;
let world: World;

beforeAll(async () => {
  it = await startTestService();
  world = await makeWorld(it, it.workspace, it.key, 'queries', '+4930901820');
});

afterAll(() => it?.stop());

const invalid = { reason: 'QUERY_INVALID', status: 400 } as const;

describe('a query is refused', () => {
  const complex = { reason: 'QUERY_TOO_COMPLEX' } as const;
  const refused = (query: string, expected: Expected) =>
    expectRefused(it, () => it.graphql(query), { status: 400, ...expected }, query.slice(0, 80));

  test.each<[string, string, Expected]>([
    ['that does not parse', '{ segments { key }', invalid],
    ['that is empty of fields', '{ }', invalid],
    ['with a field that there is not', '{ passwords }', invalid],
    ['with an argument that there is not', '{ segments(limit: 1) { key } }', invalid],
    ['without a selection', '{ customer(id: "cus_1") }', invalid],
    ['with a variable that is not declared', '{ customer(id: $id) { id } }', invalid],
    ['with an unknown directive', '{ segments @sudo { key } }', invalid],
    ['with an unknown type', 'query ($x: Sudo) { segments { key } }', invalid],
    [
      'with a fragment in a circle',
      'query { ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
      invalid,
    ],
    ['with a fragment in itself', 'query { ...A } fragment A on Query { segments { key } ...A }', invalid],
    ['with a fragment that nobody uses', '{ segments { key } } fragment A on Query { segments { key } }', invalid],
    ['of 1,000 aliases', `{ ${Array.from({ length: 1_000 }, (_, i) => `a${i}:__typename`)} }`, complex],
    [
      'of 61 aliases',
      `{ ${Array.from({ length: 61 }, (_, i) => `a${i}:__typename`)} }`,
      { ...complex, limit: limits.queryAliasesMax },
    ],
    [
      'of 11 fields at its root',
      `{ ${Array.from({ length: 11 }, (_, i) => `a${i}: segments { key }`)} }`,
      { ...complex, limit: limits.queryRootFieldsMax },
    ],
    [
      'of 11 fields at its root in fragments',
      `{ ${Array.from({ length: 11 }, (_, i) => `...F${i}`)} } ${Array.from({ length: 11 }, (_, i) => `fragment F${i} on Query { a${i}: segments { key } }`).join(' ')}`,
      complex,
    ],
    [
      'of 15 levels',
      `{ customer(id: "cus_1") ${'{ touchpoints { nodes { customer '.repeat(5)}{ id }${' } } }'.repeat(5)} }`,
      { ...complex, limit: limits.queryDepthMax },
    ],
    [
      'of 15 levels in fragments',
      `{ customer(id: "cus_1") { ...F1 } } ${[1, 2, 3, 4, 5, 6].map((i) => `fragment F${i} on Customer { touchpoints { nodes { customer { ${i === 6 ? 'id' : `...F${i + 1}`} } } } }`).join(' ')}`,
      complex,
    ],
    ['of 2,000 directives', `{ segments { key ${'@include(if: true) '.repeat(2_000)} } }`, complex],
    [
      'of 51 directives',
      `{ ${Array.from({ length: 10 }, (_, i) => `a${i}: segments @skip(if: false) @include(if: true) { key @skip(if: false) @include(if: true) name @skip(if: false) @include(if: true) }`)} }`,
      complex,
    ],
    [
      'of more than 4,000 tokens',
      `{ segments { ${'key '.repeat(4_000)} } }`,
      { ...complex, limit: limits.queryTokensMax },
    ],
    ['of 4 MB of names', `{ segments { ${'key '.repeat(1_000_000)} } }`, complex],
    [
      'of 2,000 nested lists',
      `{ nodes(ids: ${'['.repeat(1_900)}${']'.repeat(1_900)}) { id } }`,
      { reason: 'INPUT_INVALID' },
    ],
    [
      'of pages in pages in pages',
      '{ customers(first: 500) { nodes { touchpoints(first: 500) { nodes { id } } } } }',
      { ...complex, limit: limits.queryCostMax },
    ],
  ])('%s', async (_, query, expected) => refused(query, expected));

  test('whose page sizes come by variables and defaults, counted as they are', async () => {
    const query =
      'query ($a: Int = 500, $b: Int!) { customers(first: $a) { nodes { touchpoints(first: $b) { nodes { id } } } } }';
    await expectRefused(it, () => it.graphql(query, { b: 500 }), complex);
    expect((await it.graphql(query, { a: 2, b: 2 })).errors).toBeUndefined();
  });

  test('whose fragments fan out to a billion fields, before anybody counts them', async () => {
    const fan = (leaf: string) => {
      const fragments = Array.from({ length: 30 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`);
      return `{ ...F0 } ${fragments.join(' ')} fragment F30 on Query { ${leaf} }`;
    };
    for (const leaf of ['segments { key }', '__schema { queryType { name } }', '__typename']) {
      const answer = await it.graphql(fan(leaf));
      if (answer.errors) expectWorded(answer, leaf);
    }
    const nested = Array.from(
      { length: 12 },
      (_, i) =>
        `fragment G${i} on Touchpoint { customer { id touchpoints { nodes { ${i === 11 ? 'id' : `...G${i + 1} ...G${i + 1}`} } } } }`,
    );
    await refused(`{ touchpoint(id: "${world.touchpoint}") { ...G0 } } ${nested.join(' ')}`, complex);
  });
});
