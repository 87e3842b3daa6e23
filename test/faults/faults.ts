import type { Random } from '../setup/random.js';
import { eventually } from '../setup/service.js';
import type { Journal } from './journal.js';
import { startLossyProxy } from './lossy-proxy.js';
import { key, type World } from './world.js';

/** What goes wrong while the load runs. */
export interface Fault {
  readonly name: string;
  /** The promise that is kept all the same. */
  readonly promise: string;
  /** @returns a remark for the report */
  strike(world: World, journal: Journal, requests: number, random: Random): Promise<string>;
}

/** Somewhere in the middle of the load, as the seed has it. */
const moment = (requests: number, random: Random) => Math.floor(requests * (0.1 + 0.5 * random.next()));

const serverKilled: Fault = {
  name: 'server killed',
  promise: 'kill -9 of the service in the middle of its work',
  async strike(world, journal, requests, random) {
    await journal.reaches(moment(requests, random));
    await world.killService();
    await journal.reaches(journal.requests + Math.floor(requests / 10));
    await world.killService();
    return 'killed twice';
  },
};

const postgresKilled: Fault = {
  name: 'Postgres killed',
  promise: 'kill -9 of Postgres, from which the service finds back by itself',
  async strike(world, journal, requests, random) {
    await journal.reaches(moment(requests, random));
    await world.killPostgres();
    return 'recovered from its log';
  },
};

const connectionsCut: Fault = {
  name: 'connections cut',
  promise: 'every connection to the database ended at once',
  async strike(world, journal, requests, random) {
    for (let times = 0; times < 3; times++) {
      await journal.reaches(journal.requests + Math.floor(random.int(requests) / 8));
      await world.withOwner((db) =>
        db.query(`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`),
      );
    }
    return 'cut three times';
  },
};

const answersLost: Fault = {
  name: 'answers lost',
  promise: 'one answer in five lost after the commit',
  async strike(world, journal, requests, random) {
    const direct = world.target.url;
    const proxy = await startLossyProxy(direct, 0.2, random);
    world.target.url = proxy.url;
    await journal.reaches(Math.floor(requests * 0.7));
    world.target.url = direct;
    const lost = proxy.lost();
    await proxy.stop();
    return `${lost} answers lost`;
  },
};

const stopped: Fault = {
  name: 'SIGTERM',
  promise: 'a deployment under load',
  async strike(world, journal, requests, random) {
    await journal.reaches(moment(requests, random));
    const code = await world.replaceService();
    if (code !== 0) journal.wrongs.push(`the service ended with ${code}`);
    return `ended with ${code}`;
  },
};

const poolExhausted: Fault = {
  name: 'pool exhausted',
  promise: 'every connection waiting for a lock',
  async strike(world, journal, requests, random) {
    await journal.reaches(moment(requests, random));
    const unavailable = () => journal.answers.get('503') ?? 0;
    const before = unavailable();
    let isAlive = true;
    await world.withOwner(async (db) => {
      await db.query('begin; lock table touchpoint in access exclusive mode');
      await eventually(async () => {
        const live = await fetch(`${world.target.url}/health/live`);
        isAlive &&= live.status === 200;
        return unavailable() > before;
      });
      const metrics = await fetch(`${world.target.url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
      isAlive &&= metrics.status === 200;
      await db.query('rollback');
    });
    if (!isAlive) journal.wrongs.push('the service did not look alive');
    return `${unavailable() - before} answers 503, alive all the time`;
  },
};

export const faults: readonly Fault[] = [
  serverKilled,
  postgresKilled,
  connectionsCut,
  answersLost,
  stopped,
  poolExhausted,
];
