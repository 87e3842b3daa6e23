import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../setup/random.js';
import { breachesOf } from './checker.js';
import { sendAll } from './clients.js';
import { faults } from './faults.js';
import { Journal } from './journal.js';
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
