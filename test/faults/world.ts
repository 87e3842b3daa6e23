import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/platform/embedded-postgres.js';
import { migrate } from '../../src/platform/migrate.js';
import { type Child, run, runService } from '../platform/child.js';
import { startTcpProxy, type TcpProxy } from '../platform/tcp-proxy.js';
import { eventually } from '../setup/service.js';
import type { Target } from './clients.js';

export const key = 'a-key-for-the-reliability-checker';

/** A Postgres and a service that can both be killed: processes of their own, which share nothing with the test. */
export class World {
  readonly target: Target = { url: '' };
  #service!: Child & { readonly url: string };

  private constructor(
    private readonly dir: string,
    private postgres: EmbeddedPostgres,
    private readonly way: TcpProxy,
  ) {}

  static async start(): Promise<World> {
    const dir = mkdtempSync(path.join(tmpdir(), 'throughline-faults-'));
    const postgres = await startEmbeddedPostgres({ dir });
    await migrate(postgres.ownerUrl);
    const world = new World(dir, postgres, await startTcpProxy(postgres.ownerUrl));
    await world.startService();
    return world;
  }

  async startService(): Promise<void> {
    this.#service = await runService({
      DATABASE_URL: this.way.url,
      THROUGHLINE_BOOTSTRAP_KEY: key,
      POOL_SIZE: '4',
      LOG_LEVEL: 'silent',
      SHUTDOWN_GRACE_MS: '50',
    });
    this.target.url = this.#service.url;
  }

  get service(): Child & { readonly url: string } {
    return this.#service;
  }

  /** @param meanwhile happens while there is no service */
  async killService(meanwhile: () => Promise<void> = async () => undefined): Promise<void> {
    this.#service.process.kill('SIGKILL');
    await this.#service.ended;
    await meanwhile();
    await this.startService();
  }

  /** What a deployment does: the old process finishes what it has and ends with 0. */
  async replaceService(): Promise<number | string> {
    const old = this.#service;
    old.process.kill('SIGTERM');
    const code = await old.ended;
    await this.startService();
    return code;
  }

  /** Kills the server process, as when a machine is lost; the service has to find the way back by itself. */
  async killPostgres(): Promise<void> {
    const pid = Number(readFileSync(path.join(this.dir, 'pgdata', 'postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(pid, 'SIGKILL');
    this.postgres = await startEmbeddedPostgres({ dir: this.dir, port: this.postgres.port });
    this.way.leadTo(this.postgres.ownerUrl);
  }

  /** A connection behind the scenes, which goes past the proxy. */
  async withOwner<T>(act: (db: pg.Client) => Promise<T>): Promise<T> {
    const db = new pg.Client({ connectionString: this.postgres.ownerUrl });
    await db.connect();
    try {
      return await act(db);
    } finally {
      await db.end();
    }
  }

  /** Waits until every event was handled, then compares what is derived with the touchpoints. */
  async findingsOfDoctor(): Promise<string[]> {
    await this.withOwner((db) => eventually(async () => (await db.query('select from outbox limit 1')).rowCount === 0));
    const doctor = run('dist/src/cli/main.js', ['doctor', '--verify', '--json'], {
      DATABASE_URL: this.postgres.ownerUrl,
    });
    await doctor.ended;
    const { findings } = JSON.parse(doctor.output()) as { findings: { check: string; ok: boolean; detail: string }[] };
    return findings.filter((one) => !one.ok).map((one) => `doctor: ${one.check}: ${one.detail}`);
  }

  async stop(): Promise<void> {
    this.#service.process.kill('SIGKILL');
    await this.#service.ended;
    await this.way.stop();
    await this.postgres.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
