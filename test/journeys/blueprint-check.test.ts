import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Step } from '../../src/journeys/blueprint.js';
import { type DefinitionInput, definitionOf } from '../../src/journeys/blueprint-check.js';
import { brokenWays } from '../../src/journeys/blueprint-graph.js';
import { WrongData, wrongFields } from '../../src/journeys/step-schema.js';
import { limits } from '../../src/platform/limits.js';
import { Refusal } from '../../src/platform/refusal.js';

const step = (key: string, next: string[] = [], more: object = {}) => ({
  key,
  title: key,
  next,
  terminal: next.length === 0,
  ...more,
});

const blueprint = (more: object = {}): DefinitionInput => ({
  name: 'Return an order',
  goal: 'The money is back.',
  steps: [step('ask', ['send']), step('send', ['ask', 'done']), step('done')],
  ...more,
});

function refusalOf(more: object): { reason: string; field?: string; limit?: number } {
  try {
    definitionOf(blueprint(more));
  } catch (error) {
    if (error instanceof Refusal) return { reason: error.reason, ...error.where };
    throw error;
  }
  throw new Error('It was taken.');
}

describe('a blueprint', () => {
  test('may have circles, as long as each of them can be left', () => {
    expect(definitionOf(blueprint()).steps.map(({ key }) => key)).toEqual(['ask', 'send', 'done']);
  });

  test.each([
    ['no step', [], 'TOO_FEW', 'input.steps'],
    ['two equal keys', [step('ask', ['done']), step('done'), step('ask')], 'STEP_KEY_TWICE', 'input.steps[2].key'],
    ['a step that is not there', [step('ask', ['gone'])], 'STEP_UNKNOWN', 'input.steps[0].next[0]'],
    ['an unreachable step', [step('ask', ['done']), step('done'), step('lost')], 'STEP_UNREACHABLE', 'input.steps[2]'],
    [
      'a circle that cannot end',
      [step('ask', ['a', 'done']), step('a', ['b']), step('b', ['a']), step('done')],
      'STEP_CANNOT_END',
      'input.steps[1]',
    ],
    ['a dead end', [step('ask', [], { terminal: false })], 'STEP_CANNOT_END', 'input.steps[0].next'],
    [
      'a terminal step that goes on',
      [step('ask', ['done'], { terminal: true }), step('done')],
      'INPUT_INVALID',
      'input.steps[0].next',
    ],
    ['a key that is none', [step('Ask me')], 'INPUT_INVALID', 'input.steps[0].key'],
    [
      'a length of no time',
      [step('ask', [], { expectedWithin: 'soon' })],
      'INPUT_INVALID',
      'input.steps[0].expectedWithin',
    ],
  ])('is refused for %s', (_, steps, reason, field) => {
    expect(refusalOf({ steps })).toMatchObject({ reason, field });
  });

  test.each([
    ['an effect without a step', { effect: 'ADVANCE', kinds: ['k'] }, 'TRIGGER_INVALID', 'to'],
    ['a start elsewhere', { effect: 'START', to: 'send', kinds: ['k'] }, 'TRIGGER_INVALID', 'to'],
    ['an end that is none', { effect: 'COMPLETE', to: 'send', kinds: ['k'] }, 'TRIGGER_INVALID', 'to'],
    ['an unknown step', { effect: 'ADVANCE', to: 'gone', kinds: ['k'] }, 'STEP_UNKNOWN', 'to'],
    ['attributes of objects', { effect: 'START', attributes: { a: {} } }, 'TRIGGER_INVALID', 'attributes'],
  ])('is refused for a trigger with %s', (_, trigger, reason, field) => {
    expect(refusalOf({ triggers: [trigger] })).toMatchObject({ reason, field: `input.triggers[0].${field}` });
  });

  test('is refused for a trigger that every touchpoint would fit', () => {
    expect(refusalOf({ triggers: [{ effect: 'START', channels: ['CALL'] }] })).toMatchObject({
      reason: 'TRIGGER_INVALID',
      field: 'input.triggers[0]',
    });
  });

  test('says which limit it passes', () => {
    const many = Array.from({ length: limits.stepsPerBlueprintMax + 1 }, (_, n) => step(`s${n}`));
    expect(refusalOf({ steps: many })).toMatchObject({ reason: 'TOO_MANY', limit: limits.stepsPerBlueprintMax });
    const large = { description: 'x'.repeat(limits.stepSchemaBytesMax) };
    expect(refusalOf({ steps: [step('ask', [], { schema: large })] })).toMatchObject({
      reason: 'TOO_LONG',
      limit: limits.stepSchemaBytesMax,
      field: 'input.steps[0].schema',
    });
    const full = Array.from({ length: 12 }, (_, n) =>
      step(`s${n}`, [n === 11 ? 'done' : `s${n + 1}`], { schema: { description: 'x'.repeat(7_000) } }),
    );
    expect(refusalOf({ steps: [...full, step('done')] })).toMatchObject({
      reason: 'TOO_LONG',
      limit: limits.blueprintBytesMax,
    });
  });

  test.each([
    ['a type that is none', { type: 'word' }],
    ['a format that nobody knows', { type: 'string', format: 'iban' }],
    ['a word that no schema has', { typ: 'object' }],
    ['a reference', { $ref: 'https://elsewhere.example/schema' }],
    ['a reference to itself, which would never end', { properties: { a: { $ref: '#' } } }],
    ['a name by which others could refer to it', { $id: 'mine' }],
    ['a regular expression, which could take for ever', { properties: { a: { pattern: '(a+)+$' } } }],
    ['a list', []],
    ['a text', 'object'],
  ])('is refused for a schema with %s', (_, schema) => {
    expect(refusalOf({ steps: [step('ask', [], { schema })] })).toMatchObject({
      reason: 'SCHEMA_INVALID',
      field: 'input.steps[0].schema',
    });
  });

  test('takes a field that is called as a word it may not use', () => {
    const schema = { type: 'object', properties: { pattern: { type: 'string' }, $ref: { type: 'string' } } };
    expect(definitionOf(blueprint({ steps: [step('ask', [], { schema })] })).steps[0]?.schema).toEqual(schema);
  });
});

/** The same question asked by walking every way, step by step, as many as there are steps. */
function naive(steps: readonly Step[]): string[] {
  const next = (keys: Set<string>) => new Set(steps.filter((one) => keys.has(one.key)).flatMap((one) => one.next));
  const walk = (from: string) => {
    const all = new Set([from]);
    for (let n = 0; n < steps.length; n++) for (const key of next(all)) all.add(key);
    return all;
  };
  const reachable = walk(steps[0]?.key ?? '');
  return steps.flatMap(({ key }) => {
    if (!reachable.has(key)) return [`${key} UNREACHABLE`];
    return steps.some((one) => one.terminal && walk(key).has(one.key)) ? [] : [`${key} CANNOT_END`];
  });
}

test('every step that no way leads to, or that leads to no end, is found in any graph', () => {
  const graph = fc.integer({ min: 1, max: 8 }).chain((size) =>
    fc.array(
      fc.record({ terminal: fc.boolean(), next: fc.array(fc.integer({ min: 0, max: size - 1 }), { maxLength: 3 }) }),
      {
        minLength: size,
        maxLength: size,
      },
    ),
  );
  fc.assert(
    fc.property(graph, (nodes) => {
      const steps = nodes.map(({ terminal, next }, n) => ({
        ...(definitionOf(blueprint({ steps: [step('only')] })).steps[0] as Step),
        key: `s${n}`,
        terminal,
        next: terminal ? [] : next.map((one) => `s${one}`),
      }));
      expect(brokenWays(steps).map(({ step: key, fault }) => `${key} ${fault}`)).toEqual(naive(steps));
    }),
  );
});

describe('the data of a step', () => {
  const schema = {
    type: 'object',
    required: ['item', 'address'],
    additionalProperties: false,
    properties: {
      item: { type: 'string', minLength: 1 },
      address: {
        type: 'object',
        required: ['city'],
        properties: { city: { type: 'string' }, 'a/b': { type: 'number' } },
      },
      photos: { type: 'array', items: { type: 'string', format: 'uri' } },
      mail: { type: 'string', format: 'email' },
      on: { type: 'string', format: 'date' },
      phone: { type: 'string', format: 'phone' },
    },
  };
  const fields = (data: object, isDraft = false) =>
    wrongFields(schema, data as Record<string, unknown>, 'input.data', isDraft).map((one) => one.field);

  test('is taken when it fits', () => {
    const data = {
      item: 'shirt',
      address: { city: 'Ulm' },
      mail: 'a@b.example',
      on: '2026-02-28',
      phone: '+4930901820',
    };
    expect(fields(data)).toEqual([]);
  });

  test('has each wrong field named, deep ones, missing ones and surplus ones too', () => {
    const data = {
      item: '',
      address: { 'a/b': 'x' },
      photos: ['https://a.example/1', 'no'],
      mail: 'nobody',
      on: '2026-02-30',
      colour: 'red',
      phone: '030',
    };
    expect(fields(data).sort()).toEqual(
      [
        'input.data.address.a/b',
        'input.data.address.city',
        'input.data.colour',
        'input.data.item',
        'input.data.mail',
        'input.data.on',
        'input.data.phone',
        'input.data.photos[1]',
      ].sort(),
    );
  });

  test('may lack what is still to come while the step is not left', () => {
    expect(fields({ item: 'shirt' })).toEqual(['input.data.address']);
    expect(fields({ item: 'shirt' }, true)).toEqual([]);
    expect(fields({ item: 5 }, true)).toEqual(['input.data.item']);
  });

  test('may lack it in one of several ways to be complete, and what comes by a condition', () => {
    const text = { type: 'string' };
    const either = { required: ['mail'], properties: { mail: text } };
    const or = { required: ['phone'], properties: { phone: text } };
    const deep = { anyOf: [{ oneOf: [either, or] }, { properties: { kind: { const: 'none' } }, required: ['kind'] }] };
    const where = { if: { properties: { way: { const: 'post' } } }, else: { required: ['store'] } };
    const list = { properties: { people: { type: 'array', items: { anyOf: [either, or] } } } };
    const one = { oneOf: [{ required: ['mail'] }, { properties: { a: text } }, { properties: { b: text } }] };
    const wrong = (schema: object, data: object, isDraft: boolean) =>
      wrongFields(schema as never, data as never, 'data', isDraft).map(({ field }) => field);
    for (const [schema, data, isFit] of [
      [{ anyOf: [either, or] }, {}, true],
      [{ oneOf: [either, or] }, {}, true],
      [{ anyOf: [either, or] }, { mail: 1, phone: 1 }, false],
      [{ anyOf: [either, { ...or, properties: { ...or.properties, mail: text } }] }, { mail: 1 }, false],
      [deep, { kind: 'x' }, true],
      [deep, { kind: 'x', mail: 1, phone: 1 }, false],
      [where, { way: 'pickup' }, true],
      [{ ...where, else: { required: ['store'], properties: { day: text } } }, { way: 'pickup', day: 1 }, false],
      [list, { people: [{}, {}] }, true],
      [list, { people: [{}, { mail: 1, phone: 1 }] }, false],
      [one, {}, false],
    ] as const) {
      expect([data, wrong(schema, data, false).length > 0]).toEqual([data, true]);
      expect([data, wrong(schema, data, true).length === 0]).toEqual([data, isFit]);
    }
    expect(wrong(list, { people: [{}, { mail: 1, phone: 1 }] }, true)).not.toContain('data.people[0]');
  });

  test('is refused with all its wrong fields in the error', () => {
    const wrong = wrongFields(schema, { item: 5 }, 'input.data');
    const refusal = new WrongData('Choose', wrong);
    expect(refusal.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      reason: 'DATA_INVALID',
      field: 'input.data.address',
      fields: [
        { field: 'input.data.address', message: expect.any(String) },
        { field: 'input.data.item', message: 'must be string' },
      ],
    });
  });
});
