import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { parse } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Caller, scopes } from '../../src/access/caller.js';
import { Composer, type Plan } from '../../src/platform/composer.js';
import { appConnection } from '../../src/platform/database.js';
import { Metrics } from '../../src/platform/metrics.js';
import { startTestService, type TestService } from '../setup/service.js';
import { makeHistory, storeHistory } from './history-data.js';

const folder = path.resolve(import.meta.dirname, '../golden');
const questions = readdirSync(folder)
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => file.replace(/\.graphql$/, ''));
const now = Date.UTC(2026, 0, 15);

let service: TestService;
let app: pg.Client;
let variables: Record<string, Record<string, unknown>>;

beforeAll(async () => {
  service = await startTestService();
  const history = makeHistory(service.workspace, 5, 30, now);
  await storeHistory(service.database.owner, history);
  const phone = history.identifiers.find((one) => one.type === 'phone');
  const onJourney = history.identifiers.find(
    (one) =>
      one.type === 'phone' &&
      history.journeys.some(({ profileId, versions }) => profileId === one.profileId && versions.at(-1)?.status === 0),
  );
  variables = {
    'one-query': { phone: { type: 'phone', value: phone?.value } },
    metrics: { phone: { type: 'phone', value: phone?.value } },
    next: { phone: { type: 'phone', value: phone?.value } },
    signals: { phone: { type: 'phone', value: phone?.value } },
    journeys: { phone: { type: 'phone', value: onJourney?.value } },
  };
  app = new pg.Client(appConnection(service.database.ownerUrl, true));
  await app.connect();
  await app.query(`select set_config('app.workspace', $1, false)`, [String(service.workspace)]);
  // So few rows would be read from end to end; the plan of a real table is what is to be seen.
  await app.query('set enable_seqscan = off');
});

afterAll(async () => {
  await app?.end();
  await service?.stop();
});

/** `UPDATE_GOLDEN=1 npx vitest run test/touchpoints/golden.test.ts` writes what it finds. */
function golden(question: string, kind: string, found: string): void {
  const file = path.join(folder, `${question}.${kind}`);
  if (process.env['UPDATE_GOLDEN'] || !existsSync(file)) writeFileSync(file, found);
  expect(found).toBe(readFileSync(file, 'utf8'));
}

function planOf(text: string, given: Record<string, unknown>): Plan {
  const document = parse(text);
  const operation = document.definitions[0];
  if (operation?.kind !== 'OperationDefinition') throw new Error('A golden file holds one operation.');
  const { schema } = service.service.app.get(GraphQLSchemaHost);
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], given);
  const caller = new Caller(service.workspace, 'test', new Set(scopes));
  const plan = service.service.app.get(Composer).plan(document, operation, coerced ?? {}, caller);
  if (plan instanceof Error) throw plan;
  return plan;
}

async function answered(): Promise<number> {
  const metric = await service.service.app.get(Metrics).registry.getSingleMetric('throughline_fast_path_total')?.get();
  return metric?.values.find((one) => one.labels['outcome'] === 'answered')?.value ?? 0;
}

test.each(questions)('%s is answered on the fast path, by one statement that walks indexes', async (question) => {
  const text = readFileSync(path.join(folder, `${question}.graphql`), 'utf8');
  const given = variables[question] ?? {};
  const before = await answered();
  const { data, errors } = await service.graphql(text, given);
  expect(errors).toBeUndefined();
  expect(await answered()).toBe(before + 1);
  golden(question, 'json', `${JSON.stringify(data, null, 2)}\n`);

  const plan = planOf(text, given);
  golden(question, 'sql', `${plan.sql}\n`);
  await app.query(`prepare ${plan.name} as ${plan.sql}`);
  const { rows: version } = await app.query(`select current_setting('server_version_num')::int / 10000 as major`);
  const nulls = [...new Set(plan.sql.match(/\$\d+/g))].map(() => 'null').join(', ');
  const { rows } = await app.query(`explain (costs off) execute ${plan.name}${nulls && `(${nulls})`}`);
  const lines = rows.map((row: Record<string, string>) => row['QUERY PLAN'] as string);
  // `identifier_type` holds a dozen rows of a workspace.
  expect(lines.filter((line) => /Seq Scan/.test(line) && !/identifier_type|profile_pointer/.test(line))).toEqual([]);
  // Other versions word their plans differently.
  if (version[0].major === 18) golden(question, 'plan', `${lines.join('\n')}\n`);
});
