import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonText } from '../../demo/print.js';
import { startTestService, type TestService } from '../setup/service.js';

/** `UPDATE_DOCS=1 npx vitest run test/journeys/walkthrough.test.ts` writes the answers that come. */
const isUpdating = Boolean(process.env['UPDATE_DOCS']);
const file = path.resolve(import.meta.dirname, '../../docs/journeys.md');

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

/** What differs from run to run. */
const differs =
  /jrn_[0-9a-f]+|cus_\d+|tlr_[\w-]+|\btl_[\w-]+|\b[2-9A-Z]{3}-[2-9A-Z]{3}-[2-9A-Z]{3}\b|\d{4}-\d\d-\d\d(?:T[\d:.]+(?:\+00:00|Z)| \d\d:\d\d)|key:[0-9a-f]+/g;

/** The text with everything that differs left out. */
const plain = (text: string) => text.replace(differs, '…').replace(/\s+/g, ' ');

/** A code as somebody writes it down who hears it. */
const heard = (code: string) => code.toLowerCase().replaceAll('-', ' ');

test('the walk through a return is what the service answers', async () => {
  const document = readFileSync(file, 'utf8');
  const blocks = [...document.matchAll(/```graphql\n# (\w+)\n([\s\S]*?)```\n\n```json\n([\s\S]*?)```/g)];
  expect(blocks.length).toBeGreaterThan(8);
  const agent = await it.makeKey(['customers:read', 'journeys:write', 'touchpoints:write']);
  const backend = await it.makeKey(['portal-tokens:write']);
  const keys: Record<string, string> = { admin: it.key, agent, backend };
  let [journey, code] = ['', ''];
  let updated = document;
  for (const [block, caller, request, written] of blocks as unknown as [string, string, string, string][]) {
    const query = request.replace(/jrn_[0-9a-f]+/g, journey).replace(/code: "[^"]*"/, `code: "${heard(code)}"`);
    const { data, errors } = await it.graphql(query, {}, keys[caller] as string);
    await it.settled();
    const told = errors?.map(({ message, extensions }) => ({ message, extensions }));
    const answer = jsonText(told ? { errors: told } : { data });
    journey ||= /jrn_[0-9a-f]+/.exec(answer)?.[0] ?? '';
    code ||= /"code": "(\w{3}-\w{3}-\w{3})"/.exec(answer)?.[1] ?? '';
    const token = data?.createPortalToken?.token;
    if (token) keys['portal'] = token;
    if (isUpdating) {
      updated = updated.replace(
        block,
        () => `\`\`\`graphql\n# ${caller}\n${query}\`\`\`\n\n\`\`\`json\n${answer}\n\`\`\``,
      );
    } else {
      expect(plain(answer), request).toBe(plain(written.trim()));
    }
  }
  if (isUpdating) writeFileSync(file, updated);
});
