import fc from 'fast-check';

/** Values that break careless code, as JSON can carry them. */
const nasty: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom<unknown>(
    null,
    '',
    ' ',
    '\0',
    '\ud800',
    'null',
    '0000',
    0,
    -1,
    1e308,
    true,
    'x'.repeat(600),
    'x'.repeat(20_000),
    JSON.parse('{"__proto__":{"a":1},"constructor":"c","toString":null}'),
    JSON.parse(`${'['.repeat(3_000)}${']'.repeat(3_000)}`),
    Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`key ${n}`, n])),
  ),
);

/** An object of these names with nasty values, and now and then with plausible ones, or something else altogether. */
export function anyOf(
  names: readonly string[],
  plausible: Readonly<Record<string, readonly unknown[] | fc.Arbitrary<unknown>>> = {},
): fc.Arbitrary<unknown> {
  const ids = fc.constantFrom<unknown>('u-1', 'a@example.com', '+14155550123', 42, '2026-01-01T00:00:00Z');
  const fieldOf = (name: string) => {
    const likely = plausible[name] ?? ids;
    return fc.oneof(
      { weight: 3, arbitrary: Array.isArray(likely) ? fc.constantFrom(...likely) : (likely as typeof ids) },
      nasty,
    );
  };
  const fields = Object.fromEntries(names.map((name) => [name, fieldOf(name)]));
  return fc.oneof({ weight: 9, arbitrary: fc.record(fields, { requiredKeys: [] }) }, nasty);
}

const id = fc.oneof(fc.constantFrom('u-1', 'u-2', 'a@example.com', '+14155550123', 42), nasty);
const text = fc.oneof(fc.constantFrom('Order Completed', 'Pricing', 'https://shop.example/'), nasty);
const time = fc.oneof(fc.constantFrom('2026-01-01T00:00:00Z', '1969-12-31T23:59:59Z', '9999-12-31T23:59:59Z'), nasty);
const often = (value: fc.Arbitrary<unknown>) => fc.option(value, { nil: undefined, freq: 2 });

const traits = fc.oneof(
  fc.record({ email: id, phone: id, plan: nasty }, { requiredKeys: [] }),
  fc.dictionary(fc.string({ unit: 'binary', maxLength: 8 }), nasty, { maxKeys: 4 }),
  nasty,
);

const context = fc.oneof(
  fc.record(
    {
      traits,
      page: fc.oneof(fc.record({ url: text, title: text, referrer: text }, { requiredKeys: [] }), nasty),
      device: fc.oneof(fc.record({ id, type: text }, { requiredKeys: [] }), nasty),
      app: nasty,
      library: fc.oneof(fc.record({ name: text, version: text }, { requiredKeys: [] }), nasty),
      campaign: nasty,
      locale: fc.oneof(fc.constantFrom('en-GB', 'de_AT'), nasty),
      channel: nasty,
      referrer: nasty,
    },
    { requiredKeys: [] },
  ),
  nasty,
);

const type = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('identify', 'track', 'page', 'screen', 'alias', 'group') },
  { weight: 1, arbitrary: nasty },
);

/** A message as an SDK, a careless script or an attacker would write it. */
export const anyMessage: fc.Arbitrary<Record<string, unknown>> = fc
  .record({
    type,
    userId: often(id),
    anonymousId: often(id),
    previousId: often(id),
    groupId: often(id),
    messageId: often(text),
    event: often(text),
    name: often(text),
    category: often(text),
    channel: often(text),
    timestamp: often(time),
    originalTimestamp: often(time),
    sentAt: often(time),
    receivedAt: often(time),
    traits: often(traits),
    properties: often(traits),
    context: often(context),
  })
  .map((message) => Object.fromEntries(Object.entries(message).filter(([, value]) => value !== undefined)));

/** Anything that can stand in the list of a batch. */
export const anyItem: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 9, arbitrary: anyMessage },
  { weight: 1, arbitrary: nasty },
);
