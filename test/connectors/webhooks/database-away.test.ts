import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Restartable, startRestartable } from '../restartable.js';
import { delivery } from './webhook-client.js';

describe('while the database is away', () => {
  let service: Restartable;
  let callUrl: string;

  beforeAll(async () => {
    service = await startRestartable();
    const answer = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${service.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        query: 'mutation { createConnector(input: { key: "k", kind: "postmark" }) { callUrl } }',
      }),
    });
    ({ callUrl } = ((await answer.json()) as { data: { createConnector: { callUrl: string } } }).data.createConnector);
  });
  afterAll(() => service?.end());

  const send = (id: string) => fetch(callUrl, { method: 'POST', body: delivery(id) });
  const stored = async () =>
    (await service.database.owner.query('select external_id from touchpoint order by 1')).rows.map(
      (row) => row.external_id,
    );

  it('a vendor is told to come again, and what it sends again is stored once', async () => {
    expect((await send('before')).status).toBe(200);
    await service.databaseWire.cut();
    const answer = await send('during');
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await service.databaseWire.mend();
    await expect.poll(async () => (await send('during')).status, { timeout: 20_000 }).toBe(200);
    expect((await send('during')).status).toBe(200);
    expect(await stored()).toEqual(['before/ann@example.com', 'during/ann@example.com']);
  });

  it('nothing that was acknowledged is lost by a restart', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 20 }, (_, i) => send(`restart-${i}`).then((a) => a.status)),
    );
    await service.stop();
    await service.start();
    expect(statuses).toEqual(Array(20).fill(200));
    await expect.poll(async () => (await stored()).filter((id) => id.startsWith('restart-')).length).toBe(20);
  });
});
