import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Metrics } from '../../src/platform/metrics.js';
import { channels, directions } from '../../src/touchpoints/vocabulary.js';
import { startTestService, type TestService } from '../setup/service.js';
import { type History, makeHistory, storeHistory } from './history-data.js';
import { Oracle } from './oracle.js';

let service: TestService;
let history: History;
const now = Date.now();

beforeAll(async () => {
  service = await startTestService();
  history = makeHistory(service.workspace, 21, 40, now);
  await storeHistory(service.database.owner, history);
});

afterAll(() => service?.stop());

/** Characters of the briefs: some hold everything, most do not. */
const [longest, shorter] = [6_000, 400];
const brief = 'text isComplete lines { kind text touchpointIds }';

const everything = `id mergedIds displayName traits
  identifiers { type value primary }
  touchpoints(first: 500) { nodes { id } }
  conversations(first: 500) { nodes { id lastAt startedAt touchpointCount channel subject } }
  journeys(first: 500) { nodes {
    id status step { key } state startedAt version brief(maxChars: ${longest}) { ${brief} } } }
  brief(maxChars: ${longest}) { ${brief} }
  short: brief(maxChars: ${shorter}) { ${brief} }
  coverage { totalTouchpoints }
  metrics { contacts7d contacts30d channelsUsed30d channelSwitches30d repeatContacts30d averageWaitSeconds30d
    averageSentiment30d basedOnTouchpoints isPartial }`;

const byValue = (a: { value: string }, b: { value: string }) => (a.value < b.value ? -1 : 1);

function expected(oracle: Oracle, profileId: number) {
  const canonical = oracle.canonicalOf(profileId);
  if (canonical === null) return null;
  const members = oracle.membersOf(canonical);
  const touchpoints = oracle.touchpointsOf(members);
  return {
    id: `cus_${canonical}`,
    mergedIds: members
      .filter((id) => id !== canonical)
      .sort((a, b) => a - b)
      .map((id) => `cus_${id}`),
    displayName: oracle.nameOf(members),
    traits: oracle.traitsOf(members),
    identifiers: oracle.identifiersOf(members).sort(byValue),
    touchpoints: { nodes: touchpoints.map(({ id }) => ({ id: `tp_${id}` })) },
    conversations: {
      nodes: oracle.conversationsOf(members).map((one) => ({ ...one, id: `cnv_${one.id}` })),
    },
    journeys: {
      nodes: oracle
        .journeysOf(members, longest)
        .map((one) => ({ ...one, id: `jrn_${one.id}`, step: { key: one.step } })),
    },
    brief: oracle.briefOf(members, longest),
    short: oracle.briefOf(members, shorter),
    coverage: { totalTouchpoints: touchpoints.length },
    metrics: oracle.metricsOf(members),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: an answer is compared, not typed.
function comparable(customer: any) {
  if (customer === null) return null;
  customer.identifiers.sort(byValue);
  for (const node of customer.conversations.nodes) {
    node.lastAt = Date.parse(node.lastAt);
    node.startedAt = Date.parse(node.startedAt);
  }
  for (const node of customer.journeys.nodes) node.startedAt = Date.parse(node.startedAt);
  return customer;
}

describe('what the one query answers', () => {
  test('each customer, by any id it ever had, is what its plain rows come to', async () => {
    const oracle = new Oracle(history, now);
    for (const profile of history.profiles) {
      const { data, errors } = await service.graphql(`{ customer(id: "cus_${profile.id}") { ${everything} } }`);
      expect(errors).toBeUndefined();
      expect(comparable(data.customer)).toEqual(expected(oracle, profile.id));
    }
  });

  test('as of an earlier time, later merges, identifiers and late arrivals are not known yet', async () => {
    let unknown = 0;
    for (const [i, profile] of history.profiles.entries()) {
      const asOf = now - ((i * 7) % 60) * 86_400_000 - 12_345;
      const { data, errors } = await service.graphql(
        `query ($asOf: DateTime) { customer(id: "cus_${profile.id}", asOf: $asOf) { ${everything} } }`,
        { asOf: new Date(asOf).toISOString() },
      );
      expect(errors).toBeUndefined();
      if (data.customer === null) unknown++;
      expect(comparable(data.customer)).toEqual(expected(new Oracle(history, now, asOf), profile.id));
    }
    expect(unknown).toBeGreaterThan(0);
    expect(unknown).toBeLessThan(history.profiles.length);
  });

  test('an identifier finds its customer however it is written, and what is none finds nobody', async () => {
    const query = 'query ($i: IdentifierInput!) { customer(identifier: $i) { id resolution { matchedBy { value } } } }';
    const { profileId, value } = history.identifiers.find((one) => one.type === 'email') as {
      profileId: number;
      value: string;
    };
    const found = await service.graphql(query, { i: { type: 'email', value: ` ${value.toUpperCase()}` } });
    const id = `cus_${history.profiles.find((one) => one.id === profileId)?.canonicalId}`;
    expect(found.data.customer).toEqual({ id, resolution: { matchedBy: { value } } });
    for (const i of [
      { type: 'email', value: 'nobody@example.org' },
      { type: 'email', value: 'no address' },
      { type: 'phone', value: 'anonymous' },
    ]) {
      expect((await service.graphql(query, { i })).data).toEqual({ customer: null });
    }
  });

  test('filters of the history keep what they say, and nothing else', async () => {
    const oracle = new Oracle(history, now);
    const customer = history.profiles[0]?.canonicalId as number;
    const busiest = [...new Set(history.profiles.map((one) => one.canonicalId))]
      .map((id) => oracle.touchpointsOf(oracle.membersOf(id)))
      .sort((a, b) => b.length - a.length)[0] as ReturnType<Oracle['touchpointsOf']>;
    expect(customer).toBeDefined();
    const [any] = busiest;
    const since = busiest[Math.floor(busiest.length / 2)]?.occurredAt as string;
    const cases: [string, (one: (typeof busiest)[number]) => boolean][] = [
      ['channels: [CALL, WEB]', (one) => ['CALL', 'WEB'].includes(channels[one.channel] as string)],
      ['directions: [INBOUND]', (one) => directions[one.direction] === 'INBOUND'],
      ['topic: "billing"', (one) => one.topic === 'billing'],
      ['kinds: ["page.viewed"]', (one) => one.kind === 'page.viewed'],
      [`from: "${since}"`, (one) => one.occurredAt >= since],
      [`to: "${since}", topic: "billing"`, (one) => one.occurredAt < since && one.topic === 'billing'],
      [
        `journeyId: "jrn_${busiest.find((one) => one.journeyId)?.journeyId ?? '0'.repeat(32)}"`,
        (one) => one.journeyId !== null && one.journeyId === busiest.find((other) => other.journeyId)?.journeyId,
      ],
      [`issueId: "iss_${'0'.repeat(32)}"`, () => false],
    ];
    for (const [args, keeps] of cases) {
      const { data } = await service.graphql(
        `{ customer(id: "cus_${any?.profileId}") { touchpoints(first: 500, ${args}) { nodes { id } } } }`,
      );
      expect(data.customer.touchpoints.nodes, args).toEqual(
        busiest.filter(keeps).map(({ id }) => ({ id: `tp_${id}` })),
      );
    }
  });
});

describe('paging', () => {
  test.each([
    ['first', 'after', 'endCursor', 'hasNextPage'],
    ['last', 'before', 'startCursor', 'hasPreviousPage'],
  ])(
    '%s and %s walk a whole history without gap or repetition, also where instants are equal',
    async (size, from, to, more) => {
      const oracle = new Oracle(history, now);
      for (const canonical of new Set(history.profiles.map((one) => one.canonicalId))) {
        const all = oracle.touchpointsOf(oracle.membersOf(canonical)).map(({ id }) => `tp_${id}`);
        const walked: string[] = [];
        let cursor: string | null = null;
        for (;;) {
          const { data } = await service.graphql(
            `query ($cursor: String) { customer(id: "cus_${canonical}") { touchpoints(${size}: 7, ${from}: $cursor) {
             edges { cursor node { id } } pageInfo { ${more} ${to} } } } }`,
            { cursor },
          );
          const { edges, pageInfo } = data.customer.touchpoints;
          const ids = edges.map((edge: { node: { id: string } }) => edge.node.id);
          if (size === 'first') walked.push(...ids);
          else walked.unshift(...ids);
          if (edges.length > 0) expect(pageInfo[to]).toBe(edges.at(size === 'first' ? -1 : 0).cursor);
          if (!pageInfo[more]) break;
          cursor = pageInfo[to];
        }
        expect(walked).toEqual(all);
      }
    },
  );

  test('customers are listed once each, in the order of their ids, with everything below them', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    for (;;) {
      const { data } = await service.graphql(
        `query ($after: String) { customers(first: 7, after: $after) {
           nodes { id touchpoints(first: 2) { nodes { id } } } pageInfo { hasNextPage endCursor } } }`,
        { after },
      );
      seen.push(...data.customers.nodes.map((node: { id: string }) => node.id));
      if (!data.customers.pageInfo.hasNextPage) break;
      after = data.customers.pageInfo.endCursor;
    }
    const all = [...new Set(history.profiles.map((one) => one.canonicalId))].sort((a, b) => a - b);
    expect(seen).toEqual(all.map((id) => `cus_${id}`));
  });

  test('a search finds customers by the beginning of a word and by a whole identifier', async () => {
    const { value, profileId } = history.identifiers.find((one) => one.type === 'phone') as {
      value: string;
      profileId: number;
    };
    const id = `cus_${history.profiles.find((one) => one.id === profileId)?.canonicalId}`;
    const search = async (text: string) =>
      (await service.graphql('query ($s: String) { customers(search: $s) { nodes { id } } }', { s: text })).data
        .customers.nodes;
    expect(await search(value)).toEqual([{ id }]);
    const named = history.traits.filter((one) => one.key === 'name' && one.value === 'plain');
    const ids = new Set(
      named.map((one) => history.profiles.find((p) => p.id === one.profileId)?.canonicalId as number),
    );
    expect(await search('PLai')).toEqual([...ids].sort((a, b) => a - b).map((one) => ({ id: `cus_${one}` })));
    expect(await search('lain')).toEqual([]);
  });
});

test('node and nodes answer with whatever an id names, in order', async () => {
  const profile = history.profiles.find((one) => one.id !== one.canonicalId);
  const touchpoint = history.touchpoints.find((one) => one.conversationId) as { id: string; conversationId: string };
  const { data, errors } = await service.graphql(
    `{ nodes(ids: ["tp_${touchpoint.id}", "cus_${profile?.id}", "cus_99999999", "cnv_${touchpoint.conversationId}"]) {
         __typename x: id ... on Touchpoint { kind } ... on Conversation { touchpoints { nodes { id } } } } }`,
  );
  expect(errors).toBeUndefined();
  expect(data.nodes.map((one: { __typename: string } | null) => one?.__typename)).toEqual([
    'Touchpoint',
    'Customer',
    undefined,
    'Conversation',
  ]);
  expect(data.nodes[1].x).toBe(`cus_${profile?.canonicalId}`);
  expect(data.nodes[3].touchpoints.nodes.length).toBeGreaterThan(0);
});

test('the one query takes the fast path, which is counted', async () => {
  const metrics = service.service.app.get(Metrics);
  const answered = async () => {
    const metric = await metrics.registry.getSingleMetric('throughline_fast_path_total')?.get();
    return metric?.values.find((one) => one.labels['outcome'] === 'answered')?.value ?? 0;
  };
  const before = await answered();
  await service.graphql(`{ customer(id: "cus_${history.profiles[0]?.id}") { ${everything} } }`);
  expect(await answered()).toBe(before + 1);
});
