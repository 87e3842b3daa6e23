import { GraphQLSchemaHost } from '@nestjs/graphql';
import { execute, type GraphQLSchema, getNullableType, isEnumType, isListType, parse, validate } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Caller, scopes } from '../../src/access/caller.js';
import { Answers } from '../../src/platform/answers.js';
import { Composer } from '../../src/platform/composer.js';
import { ruleOf } from '../../src/platform/field-access.js';
import { Random } from '../setup/random.js';
import { startTestService, type TestService } from '../setup/service.js';
import { type History, kinds, makeHistory, type ProfileRow, storeHistory, topics } from './history-data.js';
import { placeCursor } from './place-cursor.js';
import { QueryGenerator, type ValueOf } from './query-generator.js';

let service: TestService;
let schema: GraphQLSchema;
let answers: Answers;
let composer: Composer;
let history: History;
/** The profile that the portal token is bound to: one that was merged into another. */
let owned: ProfileRow;
const now = Date.now();
/** All data is older than this, and every answer younger. */
let storedAt = 0;

beforeAll(async () => {
  service = await startTestService();
  schema = service.service.app.get(GraphQLSchemaHost).schema;
  answers = service.service.app.get(Answers);
  composer = service.service.app.get(Composer);
  history = makeHistory(service.workspace, 7, 40, now - 3_600_000);
  owned = busiest(history.profiles.filter((profile) => profile.id !== profile.canonicalId));
  await storeHistory(service.database.owner, history);
  await storeIssuesAndSegments();
  const { rows } = await service.database.owner.query('select clock_timestamp() as at');
  storedAt = rows[0].at.getTime();
});

afterAll(() => service?.stop());

function busiest(profiles: ProfileRow[]): ProfileRow {
  const count = (id: number) => history.touchpoints.filter((one) => one.profileId === id).length;
  return profiles.sort((a, b) => count(b.id) - count(a.id))[0] as ProfileRow;
}

/** Enough of the higher floors for their fields to answer with something. */
async function storeIssuesAndSegments(): Promise<void> {
  const { owner } = service.database;
  await owner.query(
    `insert into issue (workspace_id, id, profile_id, opened_at, updated_at, status, priority, subject, topic)
     select distinct on (issue_id) workspace_id, issue_id, profile_id, occurred_at, occurred_at, channel % 5,
       channel % 4, coalesce(subject, 'an issue'), topic
     from touchpoint where issue_id is not null`,
  );
  await owner.query(
    `insert into issue_version (workspace_id, issue_id, version, changed_at, status, priority, topic, subject, actor)
     select workspace_id, id, 1, opened_at, status, priority, topic, subject, 'test' from issue`,
  );
  await owner.query(
    `insert into segment (workspace_id, id, key, name, rule, entitlements)
     select $1, md5(k)::uuid, k, k, '{"all":[]}', array['call-first'] from unnest(array['vip', 'new']) k`,
    [service.workspace],
  );
  await owner.query(
    `insert into segment_member (workspace_id, segment_id, profile_id, since_at, until_at, rule_version, reason)
     select p.workspace_id, s.id, p.id, p.created_at, case when p.id % 3 = 0 then now() - interval '1 hour' end, 1, '{}'
     from profile p join segment s on s.workspace_id = p.workspace_id where p.id % 2 = 0 and p.id = p.canonical_id`,
  );
}

const values: ValueOf = (random, type, field, argument) => {
  const { name } = argument;
  const maybe = <T>(make: () => T, probability = 0.4): T | undefined =>
    random.chance(probability) ? make() : undefined;
  const instant = () => new Date(now - random.next() * 70 * 86_400_000).toISOString();
  const someone = () => (random.chance(0.3) ? owned : random.pick(history.profiles));
  const touchpoint = () => random.pick(history.touchpoints);
  const nullable = getNullableType(argument.type);
  if (type === 'Query' && field === 'customer') {
    // Now and then both or neither, which is refused.
    const other = random.pick(history.identifiers);
    if (name === 'id') return maybe(() => `cus_${random.chance(0.9) ? someone().id : 999_999}`, 0.85);
    if (name === 'identifier') return maybe(() => ({ type: other.type, value: other.value }), 0.15);
  }
  if (name === 'id' && field === 'touchpoint') return `tp_${touchpoint().id}`;
  if (name === 'id' && field === 'issue') return `iss_${touchpoint().issueId ?? touchpoint().id}`;
  if (name === 'id' && field === 'journey') return `jrn_${touchpoint().journeyId ?? random.pick(history.journeys).id}`;
  if (name === 'id') return `seg_${touchpoint().id}`;
  if (name === 'key' || name === 'blueprint')
    return maybe(() => random.pick(['vip', 'return', 'none']), name === 'key' ? 1 : 0.2);
  if (name === 'maxChars') return maybe(() => (random.chance(0.03) ? 5 : 100 + random.int(3_000)), 0.5);
  if (name === 'version') return maybe(() => 1 + random.int(2), 0.3);
  if (name === 'first' || name === 'last') return maybe(() => (random.chance(0.03) ? 0 : 1 + random.int(6)), 0.5);
  if (name === 'after' || name === 'before') {
    if (!['touchpoints', 'conversations', 'issues', 'journeys', 'customers'].includes(field)) return undefined;
    const at = touchpoint();
    const place = field === 'customers' ? { id: someone().id } : { at: at.occurredAt, id: at.id };
    return maybe(() => placeCursor(history.workspace, `${type}.${field}`, place), 0.3);
  }
  if (name === 'asOf') return maybe(instant, 0.25);
  if (name === 'journeyId') return maybe(() => `jrn_${touchpoint().journeyId ?? touchpoint().id}`, 0.1);
  if (name === 'issueId') return maybe(() => `iss_${touchpoint().issueId ?? touchpoint().id}`, 0.1);
  if (name === 'kinds') return maybe(() => [random.pick(kinds), random.pick(kinds)], 0.2);
  if (name === 'topic') return maybe(() => random.pick(topics), 0.2);
  if (name === 'segment') return maybe(() => random.pick(['vip', 'none']), 0.2);
  if (name === 'search') return maybe(() => random.pick(['pl', 'order', 'c1003@example.org', '?']), 0.3);
  if (name === 'filter') {
    const filter = {
      hasIdentifierType: random.pick(['email', 'phone']),
      createdFrom: instant(),
      lastSeenTo: instant(),
    };
    return maybe(() => (random.chance(0.5) ? filter : { createdTo: filter.createdFrom }), 0.2);
  }
  if (String(nullable) === 'DateTime') return maybe(instant, 0.2);
  if (isListType(nullable)) {
    const element = getNullableType(nullable.ofType);
    if (isEnumType(element)) {
      const words = element.getValues().map((one) => one.name);
      return maybe(() => random.shuffle(words).slice(0, 1 + random.int(3)), 0.3);
    }
  }
  if (isEnumType(nullable)) return maybe(() => random.pick(nullable.getValues()).name, 0.3);
  if (String(nullable) === 'Boolean') return maybe(() => random.chance(0.5));
  return undefined;
};

function callers(): Record<string, Caller> {
  const { workspace } = service;
  return {
    agent: new Caller(workspace, 'test', new Set(scopes)),
    masked: new Caller(workspace, 'test', new Set(scopes), null, true),
    portal: new Caller(workspace, 'test', new Set(), String(owned.id)),
    powerless: new Caller(workspace, 'test', new Set(['touchpoints:write'])),
  };
}

/** An answer as text, with the present instant, which differs from one statement to the next, left out. */
function settled(data: unknown): string {
  return JSON.stringify(data).replace(/"\d{4}-\d\d-\d\dT[^"]*"/g, (text) =>
    Date.parse(JSON.parse(text)) > storedAt ? '"now"' : text,
  );
}

async function bothWays(text: string, variables: Record<string, unknown>, caller: Caller) {
  const document = parse(text);
  const operation = document.definitions.find((one) => one.kind === 'OperationDefinition');
  if (operation?.kind !== 'OperationDefinition') throw new Error('There is no operation.');
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  if (!coerced) throw errors?.[0];
  const fast = await answers.operation({ caller }, document, operation, coerced);
  const normal = await execute({ schema, document, contextValue: { caller }, variableValues: variables });
  return { fast, normal };
}

test.each(['agent', 'masked', 'portal', 'powerless'])(
  'both paths answer alike, to the order of keys, for generated queries of a caller who is: %s',
  async (role) => {
    const caller = callers()[role] as Caller;
    const random = new Random({ agent: 1, masked: 2, portal: 3, powerless: 4 }[role] ?? 0);
    const generator = new QueryGenerator(
      schema,
      random,
      (type, field) => composer.isComposed(type, field),
      values,
      (type, field) =>
        // Queries that touch anything internal fall back whole, so for customers that must be rare to prove much.
        role !== 'portal' || ruleOf(type, field).customer || random.chance(0.01),
    );
    const count = { agent: 1_000, masked: 250, portal: 250, powerless: 20 }[role] ?? 0;
    let answered = 0;
    for (let i = 0; i < count; i++) {
      const { text, variables } = generator.query();
      const invalid = validate(schema, parse(text));
      if (invalid.length > 0) throw new Error(`${invalid[0]?.message}\n${text}`);
      const { fast, normal } = await bothWays(text, variables, caller);
      const where = `query ${i} of ${role}:\n${text}\n${JSON.stringify(variables)}\n`;
      if ('reason' in fast) {
        // A field that the caller may not read is only refused where there is something to read it from.
        if (fast.reason !== 'access') expect(normal.errors, `${where}fell back: ${fast.reason}`).toBeDefined();
        continue;
      }
      if (fast.text !== '{}') answered++;
      expect(normal.errors, where).toBeUndefined();
      expect(settled(JSON.parse(fast.text)), where).toBe(settled(normal.data));
    }
    if (role === 'agent' || role === 'masked') expect(answered).toBeGreaterThan(count * 0.6);
    if (role === 'portal') expect(answered).toBeGreaterThan(count * 0.3);
    if (role === 'powerless') expect(answered).toBe(0);
  },
  180_000,
);
