import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Caller, scopes } from '../../src/access/caller.js';
import { Links } from '../../src/identity/link.service.js';
import { Merges } from '../../src/identity/merge.service.js';
import { Reassignments } from '../../src/identity/reassign.service.js';
import { Refusal } from '../../src/platform/refusal.js';
import type { TouchpointInput } from '../../src/touchpoints/record.input.js';
import { nextMillisecond } from '../setup/clock.js';
import { createUnlimitedWorkspace, type IngestProcess, startIngestProcess } from '../setup/ingest.js';
import { Random } from '../setup/random.js';
import { startTestService, type TestService } from '../setup/service.js';
import { HistoryModel, partition, StoredIdentity } from './history-model.js';

const runs = Number(process.env['MODEL_RUNS'] ?? 25);
const firstSeed = Number(process.env['MODEL_SEED'] ?? Math.floor(Math.random() * 1_000_000));

let it: TestService;
let processes: IngestProcess[];

beforeAll(async () => {
  it = await startTestService();
  processes = [await startIngestProcess(it.database), await startIngestProcess(it.database)];
});

afterAll(async () => {
  for (const process of processes ?? []) await process.stop();
  await it?.stop();
});

/** One history: what senders and people do, in a random order, held against the model after each step. */
class History {
  readonly model = new HistoryModel();
  readonly caller: Caller;
  readonly merges = it.service.app.get(Merges);
  readonly links = it.service.app.get(Links);
  readonly reassignments = it.service.app.get(Reassignments);
  readonly #now = Date.now();

  constructor(
    readonly random: Random,
    readonly stored: StoredIdentity,
  ) {
    this.caller = new Caller(stored.workspace, 'user:model', new Set(scopes));
  }

  profile(): string {
    return this.random.pick([...this.model.profiles]);
  }

  /** An instant of the last days, to the hour: so that what happens and what is decided often meet. */
  instant(): Date {
    return new Date(this.#now - this.random.int(72) * 3_600_000);
  }

  touchpoint(people: number): TouchpointInput {
    const identifiers = Array.from({ length: 1 + this.random.int(3) }, () => ({
      type: this.random.pick(['a', 'b', 'c']),
      value: `person ${this.random.int(people)}`,
    }));
    const occurredAt = this.instant().toISOString();
    return { source: 'model', externalId: randomUUID(), channel: 'CALL', kind: 'call', identifiers, occurredAt };
  }

  /** A few batches, all at once or one after the other, some of them twice. */
  async send(people: number): Promise<void> {
    const batches = Array.from({ length: 1 + this.random.int(4) }, () =>
      Array.from({ length: 1 + this.random.int(4) }, () => this.touchpoint(people)),
    );
    const sent = this.random.shuffle([...batches, ...batches.filter(() => this.random.chance(0.2))]);
    const record = async (batch: TouchpointInput[], n: number) => {
      const results = await processes[n % 2]!.record(this.stored.workspace, this.random.shuffle(batch));
      expect(results.filter((result) => 'refusal' in result)).toEqual([]);
    };
    if (this.random.chance(0.5)) await Promise.all(sent.map(record));
    else for (const [n, batch] of sent.entries()) await record(batch, n);
    expect(await this.stored.learn(this.model), 'touchpoints of somebody else').toEqual([]);
    await this.stored.keepUnshared();
  }

  /** Gives an identifier to somebody who is there, or to nobody who is known yet. */
  async give(): Promise<void> {
    const identifier = this.random.pick([...this.model.owners.keys()]);
    const [type, value] = [identifier.slice(0, 1), identifier.slice(2)];
    const from = this.instant();
    const input = { type, value, from: from.toISOString() };
    const owner = this.model.ownerAt(identifier, Number.POSITIVE_INFINITY);
    if (this.random.chance(0.5)) {
      const act = await this.reassignments.split(this.caller, input);
      if (act.isChanged) this.model.give(identifier, act.customer, from.getTime());
    } else {
      const to = this.profile();
      const act = await this.reassignments.reassign(this.caller, {
        ...input,
        toCustomerId: `cus_${to}`,
        overrideUniqueness: false,
      });
      if (act.isChanged) this.model.give(identifier, this.model.isOne(owner, to) ? owner : to, from.getTime());
    }
    await this.stored.keepUnshared();
  }

  async merge(): Promise<void> {
    const [survivor, other] = [this.profile(), this.profile()];
    if (survivor === other) return;
    const input = { survivorId: `cus_${survivor}`, otherId: `cus_${other}`, overrideUniqueness: false };
    const isOne = this.model.isOne(survivor, other);
    const isForbidden = !isOne && (await this.stored.isForbidden(survivor, other));
    try {
      const act = await this.merges.merge(this.caller, input);
      expect(isForbidden, 'a merge that was forbidden').toBe(false);
      expect(act.isNew).toBe(!isOne);
      if (act.isNew) this.model.merge(act.merge as string, survivor, other);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      expect([error.reason, isForbidden]).toEqual(['LINK_FORBIDDEN', true]);
    }
  }

  async undo(merge = this.random.pick(this.model.merges)): Promise<void> {
    if (!merge) return;
    const before = partition(this.model.clusters());
    const act = await this.merges.undo(this.caller, { mergeId: `mrg_${merge.id}` });
    expect(act.isChanged).toBe(!merge.isUndone);
    if (!merge.isUndone) this.model.undo(merge);
    const isSplit = partition(this.model.clusters()).length > before.length;
    if (!act.isChanged) return;
    expect(act.customers).toHaveLength(isSplit ? 2 : 1);
    expect(act.stillJoinedBy.length > 0).toBe(!isSplit);
    if (isSplit) expect(await this.stored.isForbidden(act.customers[0]!, act.customers[1]!)).toBe(true);
  }

  async forbid(): Promise<void> {
    const [a, b] = [this.profile(), this.profile()];
    if (a === b) return;
    const isOne = this.model.isOne(a, b);
    const act = await this.links.forbid(this.caller, { customerId: `cus_${a}`, otherId: `cus_${b}` });
    expect(act.isSplit).toBe(isOne);
    if (!isOne) return;
    const clusters = await this.stored.clusters();
    this.model.part(new Set([...clusters].filter(([, root]) => root === clusters.get(b)).map(([one]) => one)));
    expect(this.model.isOne(a, b)).toBe(false);
  }

  async allow(): Promise<void> {
    const [a, b] = [this.profile(), this.profile()];
    if (a === b) return;
    await this.links.allow(this.caller, { customerId: `cus_${a}`, otherId: `cus_${b}` });
    if (!this.model.isOne(a, b)) expect(await this.stored.isForbidden(a, b)).toBe(false);
  }

  async check(after: string): Promise<void> {
    expect(partition(await this.stored.clusters()), after).toEqual(partition(this.model.clusters()));
    expect(await this.stored.joinedAgainstWill(), after).toEqual([]);
    const undone = this.model.merges.filter((merge) => merge.isUndone).map((merge) => merge.id);
    expect(await this.stored.undoneMerges(), after).toEqual(undone.sort((x, y) => Number(x) - Number(y)));
  }
}

async function start(seed: number): Promise<History> {
  const workspace = await createUnlimitedWorkspace(it.database, `model-${seed}-${randomUUID().slice(0, 8)}`);
  return new History(new Random(seed), new StoredIdentity(it.database.owner, workspace));
}

async function run(seed: number): Promise<void> {
  const history = await start(seed);
  const { random, stored } = history;
  const people = 3 + random.int(8);
  await history.send(people);
  const steps = 8 + random.int(16);
  for (let step = 0; step < steps; step++) {
    const dice = random.next();
    const acts = ['send', 'merge', 'undo', 'give', 'forbid', 'allow'] as const;
    const place = [0.35, 0.55, 0.75, 0.87, 0.94].findIndex((limit) => dice < limit);
    const act = acts.at(place) as (typeof acts)[number];
    const counts = act === 'send' ? null : await stored.counts();
    if (act === 'send') await history.send(people);
    else await history[act]();
    // From here on the identifiers of the workspace say nothing of who is one any more.
    if (await stored.hasShared()) return;
    await history.check(`seed ${seed}, step ${step}: ${act}`);
    if (counts)
      expect(await stored.counts(), `seed ${seed}, step ${step}: ${act}`).toEqual({
        ...counts,
        profiles: history.model.profiles.size,
      });
  }
  for (const merge of random.shuffle(history.model.merges)) await history.undo(merge);
  await history.check(`seed ${seed}: all undone`);
  expect(history.model.merges.every((merge) => merge.isUndone)).toBe(true);
}

describe('any history of touchpoints, merges, undos, forbidden links and identifiers that change hands', () => {
  test(
    `leaves the customers that a plain model gives (${runs} runs from seed ${firstSeed})`,
    async () => {
      for (let n = 0; n < runs; n++) await run(firstSeed + n);
    },
    60_000 + runs * 5_000,
  );

  test(`can be read as it was at each step, and loses nothing (seed ${firstSeed})`, async () => {
    const history = await start(firstSeed);
    const { stored, random } = history;
    const { key } = await keyOf(stored.workspace);
    const moments: { at: string; clusters: Map<string, string>; seen: Map<string, Seen[]> }[] = [];
    for (let step = 0; step < 14; step++) {
      if (step % 3 === 0) await history.send(6);
      else if (random.chance(0.3)) await history.give();
      else if (random.chance(0.5)) await history.merge();
      else await history.undo();
      await nextMillisecond();
      const { rows } = await it.database.owner.query('select clock_timestamp() as now');
      const clusters = await stored.clusters();
      const seen = new Map<string, Seen[]>();
      for (const root of new Set(clusters.values())) seen.set(root, await identifiersSeen(root, null, key));
      moments.push({ at: rows[0].now.toISOString(), clusters, seen });
      await nextMillisecond();
    }
    const left = await stored.leftOut();
    for (const { at, clusters, seen } of moments) {
      for (const [root, known] of seen) {
        const plain = (all: Seen[]) => all.filter((one) => !left.has(`${one.type} ${one.value}`));
        const then = plain(await identifiersSeen(root, at, key));
        expect(then.map(nameOf), `${root} at ${at}`).toEqual(plain(known).map(nameOf));
        for (const [n, one] of plain(known).entries()) {
          // What is stored of today is kept to the hour.
          const apart = (time: 'firstSeenAt' | 'lastSeenAt') =>
            Math.abs(Date.parse(one[time]) - Date.parse(then[n]?.[time] ?? ''));
          expect(apart('firstSeenAt'), `${nameOf(one)} of ${root} at ${at}`).toBeLessThanOrEqual(3_600_000);
          expect(apart('lastSeenAt'), `${nameOf(one)} of ${root} at ${at}`).toBeLessThanOrEqual(3_600_000);
        }
      }
      for (const [profile, root] of clusters) {
        const { data } = await it.graphql(
          'query ($id: ID!, $at: DateTime!) { customer(id: $id, asOf: $at) { id mergedIds } }',
          { id: `cus_${profile}`, at },
          key,
        );
        const others = [...clusters]
          .filter(([one, other]) => other === root && one !== root)
          .map(([one]) => `cus_${one}`);
        expect(data.customer.id, `${profile} at ${at}`).toBe(`cus_${root}`);
        expect([...data.customer.mergedIds].sort()).toEqual(others.sort());
      }
    }
    const { data } = await it.graphql(
      '{ customers(first: 100) { nodes { coverage { totalTouchpoints } identifiers { type } openIssueCount } } }',
      {},
      key,
    );
    const sum = (of: (one: never) => number) =>
      data.customers.nodes.reduce((all: number, one: never) => all + of(one), 0);
    const counts = await stored.counts();
    expect(sum((one: { coverage: { totalTouchpoints: number } }) => one.coverage.totalTouchpoints)).toBe(
      counts['touchpoints'],
    );
    expect(sum((one: { identifiers: unknown[] }) => one.identifiers.length)).toBe(counts['identifiers']);
  });
});

interface Seen {
  readonly type: string;
  readonly value: string;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
}

const nameOf = ({ type, value }: Seen) => `${type} ${value}`;

async function identifiersSeen(customer: string, at: string | null, key: string): Promise<Seen[]> {
  const { data } = await it.graphql(
    'query ($id: ID!, $at: DateTime) { customer(id: $id, asOf: $at) { identifiers { type value firstSeenAt lastSeenAt } } }',
    { id: `cus_${customer}`, at },
    key,
  );
  return data.customer.identifiers.sort((x: Seen, y: Seen) => (nameOf(x) < nameOf(y) ? -1 : 1));
}

async function keyOf(workspace: number): Promise<{ key: string }> {
  return { key: await it.makeKey(scopes, { workspace }) };
}
