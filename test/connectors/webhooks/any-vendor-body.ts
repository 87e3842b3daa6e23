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
    '0000',
    0,
    -1,
    1e308,
    1795600800,
    1795600800123,
    '2026-11-24T10:00:00Z',
    '9999-12-31T23:59:59Z',
    true,
    [],
    {},
    'constructor',
    '__proto__',
    'x'.repeat(600),
    '<p>'.repeat(20_000),
    JSON.parse('{"__proto__":{"a":1},"constructor":"c","toString":null,"length":3}'),
    JSON.parse(`${'['.repeat(3_000)}${']'.repeat(3_000)}`),
    JSON.parse(`${'{"a":'.repeat(3_000)}1${'}'.repeat(3_000)}`),
    Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`key ${n}`, 'v'.repeat(200)])),
  ),
);

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

/** The value with another, or none, in one of its places. */
function changed(value: unknown, path: Path, by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...(value as object) };
  const place = copy as Record<string, unknown>;
  if (rest.length === 0 && by === undefined) delete place[key];
  else place[key] = changed(place[key], rest, by);
  return copy;
}

/** A sample of a vendor with up to four of its places changed to anything at all; sometimes anything at all. */
export function anyBodyLike(samples: readonly unknown[]): fc.Arbitrary<unknown> {
  const like = fc.constantFrom(...samples).chain((one) =>
    fc
      .array(fc.tuple(fc.constantFrom(...pathsOf(one)), fc.option(nasty, { nil: undefined, freq: 4 })), {
        minLength: 1,
        maxLength: 4,
      })
      .map((changes) =>
        changes.reduce<unknown>((all, [path, by]) => {
          const isThere = path
            .slice(0, -1)
            .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | null)?.[key], all);
          return typeof isThere === 'object' && isThere !== null ? changed(all, path, by) : all;
        }, one),
      ),
  );
  return fc.oneof({ weight: 12, arbitrary: like }, { weight: 1, arbitrary: nasty });
}
