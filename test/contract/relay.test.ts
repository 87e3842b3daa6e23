import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const compile = promisify(execFile);
let dir: string;

beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'throughline-relay-'));
  for (const folder of ['src', 'artifacts']) mkdirSync(path.join(dir, folder));
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('Relay’s own compiler takes connections, refetching by node and pages of the history', async () => {
  const source = `
    graphql\`
      query HistoryQuery($id: ID!) { node(id: $id) { ...History_customer @alias(as: "customer") } }
    \`;
    graphql\`
      fragment History_customer on Customer
      @refetchable(queryName: "HistoryPageQuery")
      @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" }) {
        displayName
        touchpoints(first: $count, after: $cursor) @connection(key: "History_touchpoints") {
          edges { node { id channel kind } }
        }
      }
    \`;`;
  writeFileSync(path.join(dir, 'src', 'History.js'), source);
  const config = {
    src: './src',
    schema: path.resolve('schema.graphql'),
    language: 'javascript',
    artifactDirectory: './artifacts',
  };
  writeFileSync(path.join(dir, 'relay.config.json'), JSON.stringify(config));
  const { stdout, stderr } = await compile(path.resolve('node_modules/.bin/relay-compiler'), ['relay.config.json'], {
    cwd: dir,
  });
  expect(stdout + stderr).toMatch(/Compilation completed/);
});
