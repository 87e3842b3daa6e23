import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IdentitySettingsService } from '../../src/identity/identity-settings.service.js';
import { startTestService, type TestService } from '../setup/service.js';

const script = path.resolve('dist/src/cli/main.js');

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
  it.service.app.get(IdentitySettingsService).delayMs = 0;
});

afterAll(() => it?.stop());

function throughline(args: readonly string[], input?: object) {
  const env = { PATH: process.env['PATH'], DATABASE_URL: it.database.ownerUrl };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, 'identity', ...args], {
    env,
    encoding: 'utf8',
    input: input && JSON.stringify(input),
  });
  return { status, stdout, stderr };
}

const fields = `version defaultRegion foldsEmailPlus foldsEmailDots needsReapplication updatedAt updatedBy
  types { name priority limitPerCustomer windowDays isUnique isScoped comparison overflow blockedValues blockedPatterns }
  reapplication { state checked renamed detached folded merged reported }`;

const read = async () => (await it.graphql(`{ identitySettings { ${fields} } }`)).data.identitySettings;

describe('identity settings on the command line', () => {
  test('are the same as by the API: shown, previewed, changed once for a version, and reapplied', async () => {
    const shown = throughline(['show', '--json']);
    expect([shown.status, JSON.parse(shown.stdout)]).toEqual([0, await read()]);
    await it.graphql(
      `mutation { recordTouchpoints(input: { touchpoints: [{ source: "s", channel: CALL, kind: "call",
        identifiers: [{ type: "email", value: "ann+news@example.com" }] }] }) { results { outcome } } }`,
    );
    const wish = { ...JSON.parse(shown.stdout), foldsEmailPlus: true };

    const preview = throughline(['set', '--file', '-', '--preview', '--json'], wish);
    const asked = await it.graphql(
      `{ previewIdentitySettings(input: { foldsEmailPlus: true }) { isComplete checked renamed blocked colliding
         customersOverLimit removedTypesInUse sample { effect type value newValue customerIds } } }`,
    );
    expect(JSON.parse(preview.stdout)).toEqual(asked.data.previewIdentitySettings);
    expect((await read()).version).toBe(1);

    const set = throughline(['set', '--file', '-'], wish);
    expect(set).toMatchObject({ status: 0, stderr: '' });
    expect(set.stdout).toContain('Changed to version 2.');
    expect(set.stdout).toContain('1 identifiers get another value');
    expect(set.stdout).toContain('RENAMED    email ann+news@example.com → ann@example.com cus_');
    expect(set.stdout).toContain('identity reapply');
    expect(await read()).toMatchObject({
      version: 2,
      foldsEmailPlus: true,
      updatedBy: 'cli',
      needsReapplication: true,
    });

    const stale = throughline(['set', '--file', '-'], wish);
    expect([stale.status, stale.stderr]).toEqual([1, expect.stringContaining('version 2')]);

    const reapply = throughline(['reapply']);
    expect([reapply.status, reapply.stdout]).toEqual([0, expect.stringContaining('Reapplying (WAITING)')]);
    expect(throughline(['show']).stdout).toContain('Reapplying');
  });

  test('that cannot be are refused with the field', () => {
    const wrong = throughline(['set', '--file', '-'], { version: 2, types: [{ name: 'Shoe' }] });
    expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('small letters')]);
    expect(throughline(['set', '--file', '-'], { version: 2, shoes: 44 })).toMatchObject({ status: 2 });
  });
});
