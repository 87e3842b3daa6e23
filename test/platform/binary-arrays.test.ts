import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as arrays from '../../src/platform/binary-arrays.js';
import { createTestDatabase, type TestDatabase } from '../setup/postgres.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database?.drop());

const whole = (bits: number) => fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
const safe = fc.maxSafeInteger();
const signed64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const storable = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));

/** Each type with what it takes, and how Postgres tells it again as text. */
const types = {
  boolean: { encode: arrays.booleans, of: fc.boolean(), told: String },
  smallint: { encode: arrays.int2s, of: whole(16), told: String },
  int: { encode: arrays.int4s, of: whole(32), told: String },
  bigint: { encode: arrays.int8s, of: fc.oneof(safe, signed64), told: String },
  real: { encode: arrays.float4s, of: fc.integer({ min: -64, max: 64 }).map((n) => n / 64), told: String },
  uuid: {
    encode: arrays.uuids,
    of: fc.tuple(fc.uuid(), fc.boolean()).map(([id, isPlain]) => (isPlain ? id.replaceAll('-', '') : id)),
    told: (id: string) => id.replaceAll('-', '').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  },
  timestamptz: {
    encode: arrays.instants,
    of: fc.integer({ min: 0, max: Date.UTC(2285, 0) }),
    told: (time: number) => new Date(time).toISOString(),
  },
  text: { encode: arrays.texts, of: storable, told: String },
  json: {
    encode: arrays.jsons,
    of: fc.json({ noUnicodeString: false }).filter((text) => !/\\u/.test(text)),
    told: String,
  },
};

test.each(Object.entries(types))('arrays of %s arrive as they were given, with nulls among them', async (type, one) => {
  const { encode, of, told } = one as {
    encode: (values: unknown[]) => Buffer;
    of: fc.Arbitrary<unknown>;
    told: (value: unknown) => string;
  };
  const written = type === 'timestamptz' ? `to_char(v at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')` : 'v::text';
  const sql = `select array_agg(${written} order by n) as told from unnest($1::${type}[]) with ordinality u(v, n)`;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(of, { nil: null }), { minLength: 1, maxLength: 30 }), async (values) => {
      const { rows } = await database.owner.query(sql, [encode(values)]);
      expect(rows[0].told).toEqual(values.map((value) => (value === null ? null : told(value))));
    }),
    { numRuns: 60 },
  );
});
