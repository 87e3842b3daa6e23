import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Caller, scopes } from '../../src/access/caller.js';
import { Links } from '../../src/identity/link.service.js';
import { Merges } from '../../src/identity/merge.service.js';
import { writeIdentity } from '../../src/identity/resolution-write.queries.js';
import { Refusal } from '../../src/platform/refusal.js';
import type { TouchpointInput } from '../../src/touchpoints/record.input.js';
import { createUnlimitedWorkspace, type IngestProcess, startIngestProcess } from '../setup/ingest.js';
import { Random } from '../setup/random.js';
import { startTestService, type TestService } from '../setup/service.js';

const seeds = Number(process.env['RACE_SEEDS'] ?? 4);
const acts = 50;

let it: TestService;
let processes: IngestProcess[];

beforeAll(async () => {
  it = await startTestService({ POOL_SIZE: '8' });
  processes = [await startIngestProcess(it.database), await startIngestProcess(it.database)];
});

afterAll(async () => {
  for (const process of processes ?? []) await process.stop();
  await it?.stop();
});

const people = 12;

/** Whether ingest guards the links that it writes, and the order of its moves, against people who part customers. */
const isGuarded = writeIdentity.includes('lost race: link');

function touchpoint(random: Random): TouchpointInput {
  const identifiers = Array.from({ length: 1 + random.int(2) }, () => ({
    type: random.pick(['a', 'b', 'c']),
    value: `person ${random.int(people)}`,
  }));
  return { source: 'race', externalId: randomUUID(), channel: 'CALL', kind: 'call', identifiers };
}

describe('merges and undos that race with touchpoints of the same customers', () => {
  test.each(Array.from({ length: seeds }, (_, seed) => seed))(
    'never fail their callers and leave every customer held together by its evidence (seed %i)',
    async (seed) => {
      const workspace = await createUnlimitedWorkspace(it.database, `merge-race-${seed}`);
      const caller = new Caller(workspace, 'user:racer', new Set(scopes));
      const [merges, links] = [it.service.app.get(Merges), it.service.app.get(Links)];
      const { owner } = it.database;
      const rows = async <Row>(text: string) => (await owner.query(text, [workspace])).rows as Row[];
      const random = new Random(seed);
      for (let n = 0; n < people; n++) {
        const one = { ...touchpoint(random), identifiers: [{ type: 'a', value: `person ${n}` }] };
        await processes[0]!.record(workspace, [one]);
      }
      let sent = people;
      let isDone = false;
      const sender = async (n: number) => {
        const own = new Random(1000 * seed + n);
        while (!isDone) {
          const batch = Array.from({ length: 1 + own.int(8) }, () => touchpoint(own));
          sent += batch.length;
          const results = await processes[n % 2]!.record(workspace, batch);
          expect(results.filter((result) => 'refusal' in result)).toEqual([]);
        }
      };
      const outcomes: string[] = [];
      const person = async (n: number) => {
        const own = new Random(2000 * seed + n);
        for (let act = 0; act < acts / 2; act++) {
          const ids = (await rows<{ id: string }>('select id::text from profile where workspace_id = $1')).map(
            (one) => one.id,
          );
          const [a, b] = own.shuffle(ids);
          const open = await rows<{ id: string }>(
            'select id::text from merge where workspace_id = $1 and undone_at is null',
          );
          try {
            if (own.chance(0.45)) {
              await merges.merge(caller, { survivorId: `cus_${a}`, otherId: `cus_${b}`, overrideUniqueness: false });
            } else if (own.chance(0.2)) {
              await links.allow(caller, { customerId: `cus_${a}`, otherId: `cus_${b}` });
            } else if (own.chance(0.15)) {
              await links.forbid(caller, { customerId: `cus_${a}`, otherId: `cus_${b}` });
            } else if (open.length > 0) {
              await merges.undo(caller, { mergeId: `mrg_${own.pick(open).id}` });
            }
            outcomes.push('done');
          } catch (error) {
            outcomes.push(error instanceof Refusal ? error.reason : String(error));
          }
        }
      };
      const senders = [0, 1, 2].map(sender);
      await Promise.all([0, 1].map(person));
      isDone = true;
      await Promise.all(senders);

      expect([...new Set(outcomes)].filter((one) => !['done', 'LINK_FORBIDDEN'].includes(one))).toEqual([]);
      expect(outcomes.filter((one) => one === 'done').length).toBeGreaterThan(acts / 4);
      expect(await rows('select count(*)::int as n from touchpoint where workspace_id = $1')).toEqual([{ n: sent }]);
      expect(
        await rows(
          `select p.id from profile p join profile c on c.workspace_id = $1 and c.id = p.canonical_id
           where p.workspace_id = $1 and c.canonical_id <> c.id`,
        ),
        'pointers to what is no customer',
      ).toEqual([]);
      expect(
        await rows(
          `select c.id, c.merges, count(*) from profile c
           join profile p on p.workspace_id = $1 and p.canonical_id = c.id
           where c.workspace_id = $1 and c.canonical_id = c.id
           group by c.id, c.merges having c.merges <> count(*) - 1`,
        ),
        'customers whose merges were counted wrong',
      ).toEqual([]);
      expect(await rows(loose), 'profiles that no evidence joins to their customer').toEqual([]);
      expect(await rows(joinedAgainstWill), 'pairs that must not be one, and are').toEqual([]);
      if (!isGuarded) return;
      expect(await rows(astray), 'links between customers that nothing keeps apart').toEqual([]);
      expect(await rows(misremembered), 'profiles whose history says otherwise').toEqual([]);
    },
  );
});

describe('a batch that was decided on what was before an act', () => {
  test('finds other versions of both customers after each merge, undo, forbidden and allowed link, and decides again', async () => {
    const workspace = await createUnlimitedWorkspace(it.database, 'versions');
    const caller = new Caller(workspace, 'user:racer', new Set(scopes));
    const [merges, links] = [it.service.app.get(Merges), it.service.app.get(Links)];
    const random = new Random(1);
    for (const value of ['one', 'other']) {
      await processes[0]!.record(workspace, [{ ...touchpoint(random), identifiers: [{ type: 'a', value }] }]);
    }
    const versions = async () =>
      (
        await it.database.owner.query('select id::text, version from profile where workspace_id = $1 order by id', [
          workspace,
        ])
      ).rows;
    const [one, other] = (await versions()).map((row) => `cus_${row.id}`) as [string, string];
    let before = await versions();
    const expectOthers = async (act: string) => {
      const after = await versions();
      for (const [n, row] of after.entries())
        expect(row.version, `${act} ${row.id}`).toBeGreaterThan(before[n].version);
      before = after;
    };
    const { merge } = await merges.merge(caller, { survivorId: one, otherId: other, overrideUniqueness: false });
    await expectOthers('merge');
    await merges.undo(caller, { mergeId: `mrg_${merge}` });
    await expectOthers('undo');
    await links.allow(caller, { customerId: one, otherId: other });
    await expectOthers('allow');
    await links.forbid(caller, { customerId: one, otherId: other });
    await expectOthers('forbid');
  });
});

/** Profiles that cannot be reached from the one that stands for their customer over links that hold. */
const loose = `
  with recursive edge as (
    select profile_a as a, profile_b as b from identity_link where workspace_id = $1 and revoked_at is null
    union
    select profile_b, profile_a from identity_link where workspace_id = $1 and revoked_at is null
  ), reached as (
    select id as root, id from profile where workspace_id = $1 and canonical_id = id
    union
    select r.root, e.b from reached r
    join edge e on e.a = r.id
    join profile p on p.workspace_id = $1 and p.id = e.b and p.canonical_id = r.root
  )
  select p.id, p.canonical_id from profile p
  where p.workspace_id = $1 and not exists (select from reached r where r.id = p.id and r.root = p.canonical_id)`;

const joinedAgainstWill = `
  select d.profile_a, d.profile_b from do_not_link d
  join profile a on a.workspace_id = $1 and a.id = d.profile_a
  join profile b on b.workspace_id = $1 and b.id = d.profile_b
  where d.workspace_id = $1 and a.canonical_id = b.canonical_id`;

const astray = `
  select l.profile_a, l.profile_b, l.touchpoint_id, l.rule from identity_link l
  join profile a on a.workspace_id = $1 and a.id = l.profile_a
  join profile b on b.workspace_id = $1 and b.id = l.profile_b
  where l.workspace_id = $1 and l.revoked_at is null and a.canonical_id <> b.canonical_id`;

const misremembered = `
  select p.id, p.canonical_id, h.canonical_id as remembered from profile p
  left join lateral (
    select canonical_id from profile_pointer
    where workspace_id = $1 and profile_id = p.id order by moved_at desc limit 1
  ) h on true
  where p.workspace_id = $1 and coalesce(h.canonical_id, p.id) <> p.canonical_id`;
