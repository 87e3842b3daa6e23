import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWire } from '../connectors/restartable.js';
import { Random } from '../setup/random.js';
import { eventually } from '../setup/service.js';
import { breachesOf } from './checker.js';
import { sendAll } from './clients.js';
import { faults } from './faults.js';
import { Journal } from './journal.js';
import { openSdks, type Sdk } from './sdks.js';
import { workloadOf } from './workload.js';
import { key, World } from './world.js';

/** `npm run test:faults` asks for 24 rounds of full size; `npm test` for each fault once, in small. */
const rounds = Number(process.env['FAULT_ROUNDS'] ?? faults.length);
const firstSeed = Number(process.env['FAULT_SEED'] ?? 1);
const requests = process.env['FAULT_ROUNDS'] ? 600 : 150;

let world: World;
const report: string[] = [];

beforeAll(async () => {
  world = await World.start();
});

afterAll(async () => {
  await world?.stop();
  const head = 'fault            seed  sent   acked  stored  dead  answers';
  process.stdout.write(`\n${[head, ...report].join('\n')}\n\n`);
});

describe('nothing acknowledged is lost, nothing is doubled and nothing is half done', () => {
  for (let round = 0; round < rounds; round++) {
    const fault = faults[round % faults.length] as (typeof faults)[number];
    const seed = firstSeed + round;
    test(`through ${fault.promise} (seed ${seed})`, { timeout: 300_000 }, async () => {
      const workload = workloadOf(seed, requests, Date.now());
      const journal = new Journal();
      const sending = sendAll(workload, world.target, key, journal);
      const remark = await fault.strike(world, journal, workload.deliveries.length, new Random(seed));
      await sending;
      const { stored, deadLetters, breaches } = await world.withOwner((db) => breachesOf(db, workload, journal));
      const answers = [...journal.answers].map(([answer, count]) => `${count} × ${answer}`).join(', ');
      const counts = [seed, journal.sent.size, journal.acknowledged.size, stored, deadLetters];
      const widths = [6, 7, 7, 8, 6];
      report.push(
        `${fault.name.padEnd(17)}${counts.map((n, i) => String(n).padEnd(widths[i] as number)).join('')}${answers}; ${remark}`,
      );
      expect([...breaches, ...(await world.findingsOfDoctor())]).toEqual([]);
    });
  }
});

describe('the published SDKs, unmodified, through kill -9 of the service while it stores what they sent', () => {
  /** Sends by each what it has to say, without waiting for any. */
  const say = (sdks: readonly Sdk[], ...numbers: number[]) => {
    for (const sdk of sdks) for (const n of numbers) sdk.send(n);
  };

  /** How many touchpoints each has, of how many kinds and customers. */
  const counted = (sdks: readonly Sdk[]): Promise<Record<string, { stored: number }>> =>
    world.withOwner(async (db) => {
      const { rows } = await db.query(
        `select source, count(*)::int as stored, count(distinct kind)::int as kinds,
           count(distinct p.canonical_id)::int as customers
         from touchpoint t
         join profile p on p.workspace_id = t.workspace_id and p.id = t.profile_id
         where source = any($1::text[]) and kind like 'Event %'
         group by source`,
        [sdks.map((sdk) => sdk.source)],
      );
      return Object.fromEntries(rows.map(({ source, ...counts }) => [source, counts]));
    });

  test('each event of each client is stored once', { timeout: 120_000 }, async () => {
    const wire = await startWire('127.0.0.1', () => Number(new URL(world.target.url).port));
    const drops: string[] = [];
    const sdks = openSdks(`http://127.0.0.1:${wire.port}`, key, (what) => drops.push(what));
    say(sdks, 1, 2, 3);
    await eventually(async () => Object.keys(await counted(sdks)).length === sdks.length);
    await world.withOwner(async (db) => {
      // What comes now is in the middle of being stored when the service is killed.
      await db.query('begin');
      await db.query('lock table touchpoint in exclusive mode');
      say(sdks, 4, 5, 6);
      const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
      await eventually(async () => (await db.query(waiting)).rows.length > 0);
      await world.killService(async () => {
        say(sdks, 7, 8);
        await db.query('rollback');
      });
    });
    say(sdks, 9, 10);
    await eventually(async () => {
      await Promise.all(sdks.map((sdk) => sdk.nudge?.()));
      return Object.values(await counted(sdks)).every(({ stored }) => stored >= 10);
    });
    await Promise.all(sdks.map((sdk) => sdk.close()));
    expect(drops).toEqual([]);
    expect(await counted(sdks)).toEqual(
      Object.fromEntries(sdks.map((sdk) => [sdk.source, { stored: 10, kinds: 10, customers: 1 }])),
    );
    expect(await world.findingsOfDoctor()).toEqual([]);
    await wire.cut();
  });
});
