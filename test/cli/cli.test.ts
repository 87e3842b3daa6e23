import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';

const script = path.resolve('dist/src/cli/main.js');

let t: TestService;

beforeAll(async () => {
  t = await startTestService();
});

afterAll(() => t?.stop());

/** The built command as a user runs it, on the database of the running service. */
function throughline(...args: string[]) {
  const env = { PATH: process.env['PATH'], DATABASE_URL: t.database.ownerUrl };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('the command line', () => {
  it('makes a workspace and a key that the running service knows at once', async () => {
    expect(throughline('workspace', 'create', 'acme', '--region', 'DE')).toMatchObject({ status: 0, stderr: '' });
    const made = throughline(
      'key',
      'create',
      '--workspace',
      'acme',
      '--name',
      'desk',
      '--scopes',
      'customers:read',
      '--json',
    );
    expect(made).toMatchObject({ status: 0, stderr: '' });
    const { secret } = JSON.parse(made.stdout);
    const { data, errors } = await t.graphql('{ customers(first: 1) { nodes { id } } }', {}, secret);
    expect([data, errors]).toEqual([{ customers: { nodes: [] } }, undefined]);
  });

  it.each([
    [['workspace', 'create', 'No Spaces'], 1, 'workspace.key'],
    [['workspace', 'create', 'default'], 1, 'already'],
    [['key', 'create', '--name', 'x', '--scopes', 'everything'], 1, 'Scopes are'],
    [['key', 'create', '--name', 'x', '--scopes', 'admin', '--workspace', 'nowhere'], 1, 'no workspace'],
    [['key', 'create', '--scopes', 'admin'], 2, '--name is missing'],
    [['key', 'create', '--name', 'x', '--scopes', 'admin', '--expires', 'soon'], 2, '--expires'],
    [['fly'], 2, 'no command fly'],
    [['doctor', '--fast'], 2, '--fast'],
  ])('says what is wrong with %j', (args, status, sentence) => {
    const answer = throughline(...args);
    expect(answer).toMatchObject({ status, stdout: '' });
    expect(answer.stderr).toContain(sentence);
    expect(answer.stderr).not.toMatch(/\n\s+at |select|insert/);
  });

  it('has nothing to migrate twice', () => {
    expect(throughline('migrate', '--json')).toMatchObject({ status: 0, stdout: '{\n  "ran": []\n}\n' });
  });

  it('lists its commands', () => {
    const { status, stdout } = throughline('--help');
    expect(status).toBe(0);
    for (const name of ['migrate', 'workspace create', 'key create', 'doctor']) expect(stdout).toContain(name);
    // Long ones too stand apart from what they do.
    for (const does of ['Makes an API key', 'Says whom a change touches'])
      expect(stdout).toMatch(new RegExp(` {2}${does}`));
  });
});

describe('the doctor', () => {
  it('finds a healthy installation healthy', () => {
    const answer = throughline('doctor', '--verify', '--json');
    expect(answer.status).toBe(0);
    expect(JSON.parse(answer.stdout)).toMatchObject({ ok: true });
  });

  it('finds sums that differ from their touchpoints', async () => {
    await t.graphql(
      `mutation { recordTouchpoints(input: { touchpoints: [{ source: "s", externalId: "1", channel: CALL, kind: "call",
        identifiers: [{ type: "user_id", value: "u-1" }] }] }) { results { outcome } } }`,
    );
    await t.settled();
    expect(throughline('doctor', '--verify').status).toBe(0);
    await t.database.owner.query('update profile_activity set touchpoints = touchpoints + 1');
    const answer = throughline('doctor', '--verify');
    expect(answer.status).toBe(1);
    expect(answer.stdout).toContain('FAIL  profile activity: 1 rows differ');
    await t.database.owner.query('update profile_activity set touchpoints = touchpoints - 1');
  });

  it('finds a table that row-level security does not guard', async () => {
    await t.database.owner.query('alter table trait no force row level security');
    expect(throughline('doctor').stdout).toContain('FAIL  row-level security: missing on trait');
    await t.database.owner.query('alter table trait force row level security');
  });
});
