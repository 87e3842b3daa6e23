import fc from 'fast-check';

/** Names that payloads and mappings of these tests share, so that paths often lead somewhere. */
const names = ['a', 'b', 'c', 'id', 'Call Start', 'case:concept:name', '__proto__', 'constructor', 'length'];
const name = fc.constantFrom(...names);

const leaf = fc.oneof(
  fc.constantFrom<unknown>('', ' ', '1', '-2.5', '1:02:03', 'yes', '2026-01-01T00:00:00Z', '2026-01-01 10:00', 'a|b|c'),
  fc.constantFrom<unknown>(null, true, 0, 1e300, 1_700_000_000, '<p>x&amp;</p>', '{"a":[1]}', '\0', '\ud800', '{', '<'),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.double(),
);

/** JSON whose names are those that paths ask for. */
export const anyPayload: fc.Arbitrary<unknown> = fc
  .letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      leaf,
      fc.array(tie('node'), { maxLength: 5 }),
      fc.dictionary(name, tie('node'), { maxKeys: 6 }),
    ),
  }))
  .node.map((value) => JSON.parse(JSON.stringify(value ?? null)));

const step = fc.oneof(
  fc.constantFrom(...names).map((key) => `["${key}"]`),
  fc.constantFrom('[0]', '[-1]', '[7]'),
  fc.constant('[*]'),
);
const root = fc.constantFrom('$', '@', '$headers', '$query');
const path = fc.tuple(root, fc.array(step, { maxLength: 4 })).map(([from, steps]) => from + steps.join(''));
const pathOfOne = path.map((one) => one.replaceAll('[*]', '[0]'));
const word = fc.constantFrom('CALL', 'chat', 'x', 'call.done', 'phone', 'email', '');
const scalar = fc.oneof(word, fc.integer(), fc.boolean());

const transform = fc.oneof(
  fc.constantFrom<unknown>('trim', 'lower', 'upper', 'text', 'number', 'boolean', 'stripHtml', 'parseJson', 'date'),
  fc.constantFrom<unknown>(
    { date: { format: 'seconds' } },
    { date: { format: 'milliseconds' } },
    { date: { zone: 'Europe/Berlin' } },
    { date: { format: 'dd.MM.yyyy HH:mm', zone: 'America/New_York' } },
    { duration: 'clock' },
    { duration: 'milliseconds' },
    { split: { by: '|' } },
    { split: { by: 'a', at: -1 } },
    { join: ',' },
    { cut: 1 },
    { before: 'a' },
    { after: ':' },
    { removePrefix: 'a' },
    { replace: { text: 'a', with: 'aa' } },
  ),
);

const value: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    word,
    path,
    fc
      .record(
        {
          apply: fc.array(transform, { maxLength: 4 }),
          map: fc.dictionary(fc.constantFrom('1', 'a', 'yes', '*'), scalar, { maxKeys: 3 }),
          default: scalar,
        },
        { requiredKeys: [] },
      )
      .chain((more) =>
        fc
          .oneof(
            path.map((one) => ({ path: one })),
            scalar.map((one) => ({ value: one })),
            pathOfOne.map((one) => ({ template: `x{${one}}-{{}}` })),
            fc.array(tie('value'), { minLength: 1, maxLength: 3 }).map((first) => ({ first })),
          )
          .map((from) => ({ ...from, ...more })),
      ),
  ),
})).value;

const condition: fc.Arbitrary<unknown> = fc.letrec<{ one: unknown }>((tie) => ({
  one: fc.oneof(
    { depthSize: 'small' },
    fc.tuple(path, fc.array(scalar, { minLength: 1, maxLength: 3 })).map(([at, is]) => ({ path: at, is })),
    fc.tuple(path, fc.boolean()).map(([at, exists]) => ({ path: at, exists })),
    fc.tuple(path, fc.constantFrom('a', 'x')).map(([at, contains]) => ({ path: at, contains })),
    tie('one').map((not) => ({ not })),
    fc.array(tie('one'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
  ),
})).one;

const fields = fc.dictionary(fc.constantFrom('plan', 'x y', 'constructor'), value, { maxKeys: 3 });
const reference = fc.record({ externalId: value, source: value }, { requiredKeys: ['externalId'] });

const often = (usual: unknown, other: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

const identifier = fc.record(
  { when: condition, type: often('user_id', value), value: often('u-1', value), verification: value },
  { requiredKeys: ['type', 'value'] },
);

const extras = {
  each: path.filter((one) => one.includes('[*]')),
  when: condition,
  externalId: value,
  direction: value,
  occurredAt: value,
  endedAt: value,
  sequence: value,
  waitSeconds: value,
  abandoned: value,
  sentiment: value,
  subject: value,
  topic: value,
  traits: fc.oneof(pathOfOne, fields),
  attributes: fc.oneof(pathOfOne, fields),
  conversation: reference,
  issue: reference,
} as const;

const touchpoint = fc.subarray(Object.keys(extras) as (keyof typeof extras)[], { maxLength: 3 }).chain((keys) =>
  fc.record({
    channel: often('CALL', value),
    kind: often('call', value),
    identifiers: fc.array(identifier, { minLength: 1, maxLength: 2 }),
    ...Object.fromEntries(keys.map((key) => [key, extras[key] as fc.Arbitrary<unknown>])),
  }),
);

/** Mappings of the language: each is taken by `parseMapping`. */
export const anyMapping = fc.record({
  touchpoints: fc.array(touchpoint, { minLength: 1, maxLength: 3 }),
  skip: fc.option(condition, { nil: undefined, freq: 4 }),
});
