import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPatch, readPatch } from '../../src/connectors/dead-letters/json-patch.js';
import { Refusal } from '../../src/platform/refusal.js';

const patched = (document: unknown, ...patch: unknown[]) => applyPatch(document, readPatch(patch, 'patch'), 'patch');

describe('a JSON Patch', () => {
  it.each<[string, unknown, unknown, unknown]>([
    ['adds a member', { a: 1 }, { op: 'add', path: '/b', value: 2 }, { a: 1, b: 2 }],
    ['adds in place of a member', { a: 1 }, { op: 'add', path: '/a', value: null }, { a: null }],
    ['inserts into a list', [1, 3], { op: 'add', path: '/1', value: 2 }, [1, 2, 3]],
    ['appends to a list', { a: [1] }, { op: 'add', path: '/a/-', value: 2 }, { a: [1, 2] }],
    ['adds in place of everything', { a: 1 }, { op: 'add', path: '', value: 7 }, 7],
    ['removes a member', { a: 1, b: 2 }, { op: 'remove', path: '/a' }, { b: 2 }],
    ['removes from a list', [1, 2, 3], { op: 'remove', path: '/1' }, [1, 3]],
    ['replaces', { a: { b: 1 } }, { op: 'replace', path: '/a/b', value: 2 }, { a: { b: 2 } }],
    ['replaces in a list', [1, 2], { op: 'replace', path: '/0', value: 9 }, [9, 2]],
    ['moves', { a: { b: 1 }, c: {} }, { op: 'move', from: '/a/b', path: '/c/d' }, { a: {}, c: { d: 1 } }],
    ['moves within a list', [1, 2, 3], { op: 'move', from: '/0', path: '/2' }, [2, 3, 1]],
    ['copies', { a: 1 }, { op: 'copy', from: '/a', path: '/b' }, { a: 1, b: 1 }],
    [
      'tests whatever the order of keys',
      { a: { x: 1, y: [2] } },
      { op: 'test', path: '/a', value: { y: [2], x: 1 } },
      { a: { x: 1, y: [2] } },
    ],
    ['knows names with slashes and tildes', { 'a/b': 1, 'm~n': 2 }, { op: 'remove', path: '/a~1b' }, { 'm~n': 2 }],
    ['knows the empty name', { '': 1 }, { op: 'replace', path: '/', value: 2 }, { '': 2 }],
    [
      'takes a prototype for a name like any other',
      {},
      { op: 'add', path: '/__proto__', value: { a: 1 } },
      JSON.parse('{"__proto__":{"a":1}}'),
    ],
  ])('%s', (_, document, operation, expected) => {
    const before = JSON.stringify(document);
    const after = patched(document, operation);
    expect(JSON.stringify(after)).toBe(JSON.stringify(expected));
    expect(JSON.stringify(document)).toBe(before);
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  it.each([
    { op: 'remove', path: '/b' },
    { op: 'replace', path: '/b', value: 1 },
    { op: 'add', path: '/b/c', value: 1 },
    { op: 'add', path: '/list/5', value: 1 },
    { op: 'add', path: '/list/01', value: 1 },
    { op: 'remove', path: '/list/-' },
    { op: 'test', path: '/a', value: 2 },
    { op: 'copy', from: '/b', path: '/c' },
    { op: 'move', from: '/list', path: '/list/0' },
    { op: 'remove', path: '/toString' },
  ])('that does not fit is refused by its operation: %o', (operation) => {
    const run = () => patched({ a: 1, list: [1] }, { op: 'test', path: '/a', value: 1 }, operation);
    expect(run).toThrow(expect.objectContaining({ where: { field: 'patch[1]' } }));
  });

  it('of any JSON on any JSON changes it or is refused, and nothing else', () => {
    const path = fc.array(fc.constantFrom('a', 'b', '0', '1', '-', '__proto__', ''), { maxLength: 3 });
    const pointer = fc.oneof(
      path.map((names) => names.map((name) => `/${name}`).join('')),
      fc.string(),
    );
    const operation = fc.record(
      {
        op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'mystery'),
        path: pointer,
        from: pointer,
        value: fc.jsonValue({ maxDepth: 2 }),
      },
      { requiredKeys: ['op'] },
    );
    const document = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.record({ a: fc.jsonValue({ maxDepth: 2 }), b: fc.array(fc.jsonValue({ maxDepth: 1 })) }),
    );
    fc.assert(
      fc.property(document, fc.array(operation, { maxLength: 4 }), (value, patch) => {
        const before = JSON.stringify(value);
        try {
          patched(value, ...patch);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
        expect(JSON.stringify(value)).toBe(before);
      }),
      { numRuns: 2_000 },
    );
  });
});
