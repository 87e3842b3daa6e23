import 'reflect-metadata';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';
import { test } from 'vitest';
import { AccessModule } from '../../src/access/access.module.js';
import { ApiKeys } from '../../src/access/api-keys.service.js';
import { Workspaces } from '../../src/access/workspaces.service.js';
import { scopes } from '../../src/access/caller.js';
import { Bootstrap } from '../../src/access/bootstrap.service.js';
import { IdentityModule } from '../../src/identity/identity.module.js';
import { readConfig } from '../../src/platform/config.js';
import { ComposerModule, graphqlModule } from '../../src/platform/graphql.js';
import { platformModule } from '../../src/platform/platform.module.js';
import { TouchpointsModule } from '../../src/touchpoints/touchpoints.module.js';
import { createTestDatabase } from '../setup/postgres.js';
import { Database, appConnection } from '../../src/platform/database.js';
import { makeHistory, storeHistory } from './history-data.js';

@Module({})
class App {}

test('scratch', async () => {
  const database = await createTestDatabase();
  const config = readConfig({ LOG_LEVEL: 'debug', POOL_SIZE: '3' });
  const app = await NestFactory.create<NestFastifyApplication>(
    { module: App, imports: [platformModule(config, appConnection(database.ownerUrl, true)), ComposerModule, AccessModule, graphqlModule(), IdentityModule, TouchpointsModule] },
    new FastifyAdapter(),
    { logger: ['error', 'warn'], abortOnError: false },
  );
  await app.get(Database).connect();
  await app.get(Bootstrap).run();
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const workspace = (await app.get(Workspaces).find('default')) as number;
  const key = (await app.get(ApiKeys).make(workspace, { name: 'x', scopes })).secret;
  await storeHistory(database.owner, makeHistory(workspace, 1, 30, Date.now()));
  const ask = async (query: string, variables = {}) => {
    const r = await app.inject({ method: 'POST', url: '/graphql', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, payload: JSON.stringify({ query, variables }) });
    console.log(r.statusCode, r.body.slice(0, 1500));
  };
  await ask('{ __typename customer(id: "cus_1001") { id mergedIds displayName traits createdAt lastSeenAt asOf identifiers { type value verification primary shared rawValue quarantined firstSeenAt lastSeenAt } resolution { matchedBy { value } verification otherCandidates { id } } touchpoints(first: 2) { edges { cursor node { id channel direction kind occurredAt identifiersSeen { type value status reason } conversation { id channel subject lastAt touchpointCount } } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { customer { id } } } conversations(last: 2) { nodes { id startedAt touchpoints(first: 1) { nodes { id } } } } metrics { contacts7d contacts30d channelsUsed30d channelSwitches30d repeatContacts30d averageWaitSeconds30d averageSentiment30d basedOnTouchpoints isPartial } coverage { oldestTouchpointAt newestTouchpointAt totalTouchpoints sources redactedFields { field reason } } } }');
  await ask('query($i: IdentifierInput!) { customer(identifier: $i) { id resolution { matchedBy { value primary } verification } } }', { i: { type: 'email', value: 'C1001@example.org ' } });
  await ask('query($i: IdentifierInput!) { customer(identifier: $i) { id } }', { i: { type: 'emailx', value: 'C1001@example.org ' } });
  await ask('{ customer(id: "cus_1001", asOf: "2026-11-10T00:00:00Z") { id mergedIds asOf coverage { totalTouchpoints redactedFields { field reason } } conversations { nodes { id touchpointCount } } metrics { contacts30d } } }');
  await ask('{ customers(first: 3, search: "pl") { nodes { id displayName } pageInfo { hasNextPage endCursor } } }');
  await ask('{ customers(first: 3, filter: { hasIdentifierType: "email", createdFrom: "2026-01-01T00:00:00Z" }) { nodes { id displayName } pageInfo { hasNextPage endCursor } } }');
  await ask('{ node(id: "cus_1001") { __typename id ... on Customer { createdAt } } nodes(ids: ["cus_1001", "cus_9", "cnv_00000000000000000000000000000000"]) { id } }');
  await ask('{ customer { id } }');
  await ask('{ customer(id: "cus_1001") { touchpoints(first: 0) { nodes { id } } } }');
  await ask('{ customer(id: "cus_1001") { touchpoints(first: 1000000000) { nodes { id } } } }');
  await ask('{ customer(id: "cus_1001") { touchpoints(after: "abc") { nodes { id } } } }');
  await ask('{ customer(id: "x") { id } nope }');
  await ask('{ customer(id: "cus_1001", asOf: "yesterday") { id } }');
  await ask('query($c: [Channel!]) { customer(id: "cus_1001") { touchpoints(channels: $c) { nodes { id } } } }', { c: ['CALL', 'BIRD'] });
  await ask('{ customer(id: "cus_1001") ' + '{ touchpoints { nodes { customer '.repeat(5) + '{ id }' + '}}}'.repeat(5) + '}');
  console.log(await (await import('../../src/platform/metrics.js')) && (await app.get((await import('../../src/platform/metrics.js')).Metrics).registry.getSingleMetricAsString('throughline_fast_path_total')));
  await app.close();
  await database.drop();
});
