import pg from 'pg';
import { readCommandConfig } from '../platform/config.js';
import { pendingMigrations } from '../platform/migrate.js';
import { openStore } from '../service.js';
import type { Command } from './command.js';
import * as checks from './doctor.queries.js';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

export const doctor: Command = {
  usage: '[--verify]',
  does: 'Examines the installation; --verify compares derived rows with the touchpoints.',
  options: { verify: { type: 'boolean' } },
  async run(_, values) {
    const store = await openStore(readCommandConfig());
    const owner = new pg.Client({ connectionString: store.ownerUrl });
    const app = new pg.Client(store.connection);
    try {
      await owner.connect();
      const findings = [nodeVersion(), await postgresVersion(owner), await migrations(store.ownerUrl)];
      await app.connect();
      findings.push(await appRole(app), await rowSecurity(owner), await backlog(owner));
      if (values['verify'] === true) findings.push(await activity(owner), await conversations(owner));
      const failed = findings.some((finding) => !finding.ok);
      const lines = findings.map(({ ok, check, detail }) => `${ok ? 'ok  ' : 'FAIL'}  ${check}: ${detail}`);
      return { text: lines.join('\n'), data: { ok: !failed, findings }, failed };
    } finally {
      await Promise.allSettled([owner.end(), app.end()]);
      await store.stop();
    }
  },
};

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return {
    check: 'Node',
    ok: major > 20 || (major === 20 && minor >= 19),
    detail: `${process.versions.node} (20.19 or later)`,
  };
}

async function postgresVersion(db: pg.Client): Promise<Finding> {
  const version = await checks.serverVersion(db);
  return { check: 'Postgres', ok: version >= 150_000, detail: `${Math.floor(version / 10_000)} (15 or later)` };
}

async function migrations(ownerUrl: string): Promise<Finding> {
  const pending = await pendingMigrations(ownerUrl);
  const detail = pending.length === 0 ? 'all have run' : `not run: ${pending.join(', ')}`;
  return { check: 'migrations', ok: pending.length === 0, detail };
}

async function appRole(db: pg.Client): Promise<Finding> {
  const { role, powers } = await checks.powersOfRole(db);
  const detail = powers.length === 0 ? `${role} owns nothing and bypasses nothing` : `${role} has ${powers.join(', ')}`;
  return { check: 'app role', ok: powers.length === 0, detail };
}

async function rowSecurity(db: pg.Client): Promise<Finding> {
  const open = await checks.tablesWithoutRowSecurity(db);
  const detail = open.length === 0 ? 'forced on every table' : `missing on ${open.join(', ')}`;
  return { check: 'row-level security', ok: open.length === 0, detail };
}

async function backlog(db: pg.Client): Promise<Finding> {
  const { waiting, failing } = await checks.outboxBacklog(db);
  return { check: 'outbox', ok: failing === 0, detail: `${waiting} events wait, ${failing} of them failed before` };
}

async function activity(db: pg.Client): Promise<Finding> {
  const wrong = await checks.wrongActivities(db);
  return { check: 'profile activity', ok: wrong === 0, detail: `${wrong} rows differ from their touchpoints` };
}

async function conversations(db: pg.Client): Promise<Finding> {
  const wrong = await checks.wrongConversations(db);
  return { check: 'conversations', ok: wrong === 0, detail: `${wrong} rows differ from their touchpoints` };
}
