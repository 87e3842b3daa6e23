import { GraphQLSchemaHost } from '@nestjs/graphql';
import {
  buildSchema,
  execute,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  isRequiredArgument,
  parse,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Caller, scopes } from '../../src/access/caller.js';
import { Reads } from '../../src/platform/ask.js';
import { Composer, type Plan } from '../../src/platform/composer.js';
import { enforceAccess } from '../../src/platform/field-access.js';
import { raw } from '../../src/platform/sql.js';
import { startTestService, type TestService } from '../setup/service.js';

let service: TestService;
let schema: GraphQLSchema;
let composer: Composer;
let reads: Reads;

beforeAll(async () => {
  service = await startTestService({ POOL_SIZE: '2' });
  schema = service.service.app.get(GraphQLSchemaHost).schema;
  composer = service.service.app.get(Composer);
  reads = service.service.app.get(Reads);
});

afterAll(() => service?.stop());

function agent(): Caller {
  return new Caller(service.workspace, 'test', new Set(scopes));
}

function planOf(text: string, variables: Record<string, unknown> = {}, caller = agent()): Plan {
  const document = parse(text);
  const operation = document.definitions[0];
  if (operation?.kind !== 'OperationDefinition') throw new Error('Not an operation.');
  const plan = composer.plan(document, operation, variables, caller);
  if (plan instanceof Error) throw plan;
  return plan;
}

describe('what is composed', () => {
  test('every field below Query that has no resolver of its own has a shape', () => {
    const missing: string[] = [];
    const seen = new Set<string>();
    const walk = (type: GraphQLObjectType) => {
      if (seen.has(type.name)) return;
      seen.add(type.name);
      const isPage = /(Connection|Edge|^PageInfo)$/.test(type.name);
      for (const field of Object.values(type.getFields())) {
        if (!isPage && !composer.isComposed(type.name, field.name)) missing.push(`${type.name}.${field.name}`);
        const inner = getNamedType(field.type);
        if (isObjectType(inner)) walk(inner);
      }
    };
    const query = schema.getQueryType() as GraphQLObjectType;
    for (const field of Object.values(query.getFields())) {
      const inner = getNamedType(field.type);
      if (composer.isComposed('Query', field.name) && isObjectType(inner)) walk(inner);
    }
    expect(missing).toEqual([]);
  });

  test('Query fields without a statement are those that are known to have none', () => {
    const query = schema.getQueryType() as GraphQLObjectType;
    const others = Object.keys(query.getFields()).filter((name) => !composer.isComposed('Query', name));
    expect(
      others.filter(
        (name) =>
          !/^(_entities|_service|node|nodes|analytics|apiKeys|connectorKinds|connectors|matchWeights|slaSettings|signalSettings|treatmentSettings|preview\w+|deadLetters|identifierHistory|identifierState|identitySettings|intakeSettings|testMapping|whyLinked)$/.test(
            name,
          ),
      ),
    ).toEqual([]);
  });

  test('no field that must not be null is null for a customer of whom next to nothing is known', async () => {
    const { owner } = service.database;
    await owner.query('insert into profile (workspace_id, id, canonical_id) values ($1, 7, 7), ($1, 8, 8)', [
      service.workspace,
    ]);
    await owner.query(
      `insert into touchpoint (workspace_id, id, profile_id, occurred_at, channel, direction, status, kind, source,
         identifiers_seen, version, content_hash)
       values ($1, md5('1')::uuid, 8, now(), 99, 99, 99, 'x', 'x', '[{}]', 1, 1)`,
      [service.workspace],
    );
    await owner.query(
      `insert into identifier (workspace_id, profile_id, type, value, first_seen_at, last_seen_at, verification)
       values ($1, 8, 'gone', 'x', now(), now(), 99)`,
      [service.workspace],
    );
    // What leads back to a type that it is below shows nothing new, and would make the statement grow without bounds.
    const everything = (type: GraphQLObjectType, depth: number, above: readonly GraphQLObjectType[] = []): string =>
      Object.values(type.getFields())
        .filter((field) => !field.args.some(isRequiredArgument))
        .map((field) => {
          const inner = getNamedType(field.type);
          if (!isObjectType(inner)) return field.name;
          const isDeeper = depth > 0 && inner !== type && !above.includes(inner);
          return isDeeper ? `${field.name} { __typename ${everything(inner, depth - 1, [...above, type])} }` : '';
        })
        .join(' ');
    for (const caller of [agent(), new Caller(service.workspace, 'test', new Set(scopes), null, true)]) {
      for (const id of ['cus_7', 'cus_8']) {
        const text = `{ customer(id: "${id}") { ${everything(schema.getType('Customer') as GraphQLObjectType, 5)} } }`;
        const answer = await execute({ schema, document: parse(text), contextValue: { caller } });
        expect(answer.errors).toBeUndefined();
        expect(answer.data?.['customer']).toMatchObject({ id });
      }
    }
  });
});

describe('statements', () => {
  const text =
    'query ($id: ID, $n: Int, $t: String) { customer(id: $id) { touchpoints(first: $n, topic: $t) { nodes { id } } } }';

  test('a value makes no other statement and never becomes part of one', async () => {
    const hostile = `'); drop table touchpoint; --`;
    const one = planOf(text, { id: 'cus_1', n: 5, t: 'billing' });
    const other = planOf(text, { id: 'cus_2', n: 50, t: hostile });
    expect(other.name).toBe(one.name);
    expect(other.sql).not.toContain('drop table');
    expect(await other.values(agent(), { id: 'cus_2', n: 50, t: hostile })).toContain(hostile);
  });

  test('an argument that is left out makes a statement without it', () => {
    expect(planOf(text, { id: 'cus_1', n: 5, t: null }).sql).not.toContain('t.topic =');
    expect(planOf(text, { id: 'cus_1', n: 5, t: 'x' }).sql).toContain('t.topic =');
  });

  test('staff, masked callers and customers run statements of their own', () => {
    const query = '{ customer(id: "cus_1") { displayName touchpoints { nodes { id } } } }';
    const names = [
      agent(),
      new Caller(service.workspace, 'test', new Set(scopes), null, true),
      new Caller(service.workspace, 'test', new Set(), '1'),
    ].map((caller) => planOf(query, {}, caller).name);
    expect(new Set(names).size).toBe(3);
  });

  test('every reference to a table is bound to the workspace', () => {
    const { sql } =
      planOf(`{ customer(id: "cus_1", asOf: "2026-01-01T00:00:00Z") { mergedIds displayName traits createdAt
      identifiers { value } touchpoints { nodes { id conversation { id subject touchpointCount } customer { id } } }
      conversations { nodes { channel startedAt } } metrics { contacts7d } coverage { totalTouchpoints } } }`);
    const tables =
      /\b(?:from|join) (profile|profile_pointer|profile_activity|identifier|identifier_owner|identifier_type|trait|touchpoint|touchpoint_version|conversation) (\w+)/g;
    const references = [...sql.matchAll(tables)];
    expect(references.length).toBeGreaterThan(20);
    for (const [whole, , alias] of references) {
      const rest = sql.slice(sql.indexOf(whole));
      expect(rest).toMatch(new RegExp(`^[^;]{0,90}\\b${alias}\\.workspace_id = \\$\\d+::int`));
    }
  });

  test('a shape that is given twice stops the start', () => {
    const fresh = new Composer();
    fresh.contribute({ Customer: { id: raw('1') } });
    expect(() => fresh.contribute({ Customer: { id: raw('2') } })).toThrow('Customer.id has a shape already.');
  });

  test('a root field that names no scope stops the start', () => {
    expect(() => enforceAccess(buildSchema('type Query { open: Int }'))).toThrow('Query.open names no scope');
  });
});

describe('asking', () => {
  const statement = (sql: string) => ({ name: `t${Buffer.from(sql).toString('hex').slice(0, 40)}${sql.length}`, sql });

  test('whatever fails, the next caller sees its own workspace and nothing is left over', async () => {
    const seen = statement(`select current_setting('app.workspace') || ':' || count(*) from workspace`);
    const failing = [
      statement('select (1 / $1::int)::text'),
      statement('select x from no_such_table where 1 = $1::int'),
      statement('select pg_terminate_backend(pg_backend_pid())::text where 0 = $1::int'),
    ];
    for (let round = 0; round < 30; round++) {
      const bad = failing[round % failing.length] as { name: string; sql: string };
      const answers = await Promise.allSettled([
        reads.ask(bad, [0], 1_000 + round),
        reads.ask(seen, [], service.workspace),
        reads.ask(seen, [], 555),
      ]);
      expect(answers[0]?.status).toBe('rejected');
      expect(answers[1]).toMatchObject({ value: `${service.workspace}:1` });
      expect(answers[2]).toMatchObject({ value: '555:0' });
    }
  });

  test('more statements than a connection keeps are prepared again when they are needed', async () => {
    for (let i = 0; i < 900; i++) {
      const n = i % 450;
      expect(await reads.ask({ name: `many${n}`, sql: `select '${n}'` }, [], service.workspace)).toBe(String(n));
    }
  });

  test('a statement that takes too long is stopped, and said to have been', async () => {
    await expect(reads.ask(statement('select pg_sleep(30)::text'), [], 1)).rejects.toMatchObject({
      reason: 'TIMED_OUT',
    });
  }, 30_000);
});
