import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { madePeople } from '../../bench/identity/made-people.js';
import { email } from '../identity/merge-desk.js';
import { suggestionDesk } from '../identity/suggestions/suggestion-desk.js';
import { startTestService, type TestService } from '../setup/service.js';

const script = path.resolve('dist/src/cli/main.js');

let it: TestService;
const desk = suggestionDesk(() => it);

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

function estimate(...args: string[]) {
  const env = { PATH: process.env['PATH'], DATABASE_URL: it.database.ownerUrl };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, 'match', 'estimate', ...args], {
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const weights = async () =>
  (
    await desk.ask<{ matchWeights: { version: number; isActive: boolean; status: string }[] }>(
      '{ matchWeights { version isActive status } }',
    )
  ).matchWeights;

describe('throughline match estimate', () => {
  test('says that too few customers are known, and fails', async () => {
    await desk.customer({ given_name: 'Ada', surname: 'Zwirn' });
    await desk.compared();
    const { status, stdout, stderr } = estimate();
    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain('Fewer than 200 customers have anything to be compared by.');
    expect(await weights()).toMatchObject([{ status: 'TOO_FEW', isActive: false }]);
  });

  test('shows what would be worth more or less, and changes nothing before it is told to', async () => {
    const columns = ['given_name', 'surname', 'dob', 'street_number', 'address', 'locality', 'postcode'] as const;
    const people = madePeople('shop', 230, 41).raw.map((raw) => ({
      identifiers: [email()],
      traits: Object.fromEntries(columns.flatMap((column) => (raw[column] ? [[column, raw[column]]] : []))),
    }));
    await desk.record(...people);
    await desk.compared();

    const shown = estimate();
    expect(shown).toMatchObject({ status: 0, stderr: '' });
    expect(shown.stdout).toMatch(/^Estimated of \d+ customers and \d+ pairs\.\nfield +level +now +then\nprior /);
    expect(shown.stdout).toContain('workspace-2 is ready.');
    expect((await weights())[0]).toMatchObject({ version: 2, status: 'READY', isActive: false });

    const activated = estimate('--activate', '--json');
    expect(activated.status).toBe(0);
    expect(JSON.parse(activated.stdout)).toMatchObject({ status: 'READY', isActive: true });
    expect((await weights()).filter((one) => one.isActive)).toHaveLength(1);
    const [found] = await desk.suggestions('(first: 1)');
    expect(found?.model).toBe(`workspace-${JSON.parse(activated.stdout).version}`);
  }, 120_000);
});
