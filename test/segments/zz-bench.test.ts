import { test } from 'vitest';
import { readConfig } from '/work/main/src/platform/config.js';
import { appConnection, Database } from '/work/main/src/platform/database.js';
import { evaluate } from '/work/main/src/segments/evaluation.queries.js';
import { evaluateSegments } from '/work/main/src/segments/membership.service.js';
import { walkIndexes } from '/work/main/src/segments/membership.queries.js';
import { parseRule } from '/work/main/src/segments/rule.js';
import { createTestDatabase } from '/work/main/test/setup/postgres.js';
test('bench', async () => {
  const scratch = await createTestDatabase();
  const o = scratch.owner;
  const { rows } = await o.query(`insert into workspace (key, name) values ('b', 'B') returning id`);
  const w = rows[0].id;
  const N = Number(process.env.N ?? 20000);
  await o.query(`insert into profile (workspace_id,id,canonical_id) select $1, n, n - (n%10=9)::int from generate_series(1,$2::int) n`, [w, N]);
  await o.query(`insert into touchpoint (workspace_id, profile_id, id, occurred_at, version, content_hash, channel, direction, status, kind, source, topic, identifiers_seen, summary)
    select $1, n, gen_random_uuid(), now() - random()*interval '400 days', 0,0,(random()*8)::int,(random()*1)::int,2,(array['call.completed','page.viewed','mail.received'])[1+(random()*2)::int],'s',(array['billing','delivery','outage','other'])[1+(random()*3)::int],'[]', repeat('x',200)
    from generate_series(1,$2::int) n, generate_series(1,20) k`, [w, N]);
  await o.query(`insert into trait (workspace_id, profile_id, occurred_at, key, value) select $1,n,now(),k,to_jsonb((array['gold','silver','basic'])[1+(random()*2)::int]) from generate_series(1,$2::int) n, unnest(array['plan','tier','region']) k`, [w, N]);
  await o.query(`insert into identifier (workspace_id, profile_id, type, value, first_seen_at, last_seen_at) select $1,n,'email',n||'@example.com',now(),now() from generate_series(1,$2::int) n`, [w, N]);
  await o.query(`insert into issue (workspace_id, profile_id, id, opened_at, updated_at, status, priority, subject) select $1,n,gen_random_uuid(),now(),now(),(random()*4)::int,(random()*3)::int,'x' from generate_series(1,$2::int) n`, [w, N]);
  if (!process.env.NOANALYZE) await o.query('analyze');
  const written = [
    { trait: 'plan', is: 'gold' }, { touchpoints: { channel: 'CALL', topic: 'billing', within: 'P30D' }, atLeast: 3 },
    { all: [{ lastSeen: {}, before: 'P30D' }, { trait: 'tier', in: ['gold', 'silver'] }] },
    { any: [{ openIssues: { priority: 'URGENT' }, atLeast: 1 }, { openIssues: {}, atLeast: 2 }] },
    { identifier: 'email', domain: 'example.com' }, { touchpoints: { kind: 'page.viewed', within: 'P7D' }, atLeast: 2 },
    { touchpoints: { within: 'P90D' }, atMost: 2 }, { not: { lastSeen: { channel: 'APP' }, within: 'P60D' } },
    { all: [{ touchpoints: { channel: ['CALL', 'CHAT'], within: 'P7D' }, atLeast: 1 }, { openIssues: {}, atLeast: 1 }] },
    { all: [{ identifier: 'phone', exists: false }, { trait: 'region', exists: true }] },
  ];
  for (const [i, rule] of written.entries()) await o.query(`insert into segment (workspace_id,id,key,name,rule) values ($1,gen_random_uuid(),'s'||$2,'x',$3)`, [w, i, JSON.stringify(rule)]);
  const database = new Database(appConnection(scratch.ownerUrl, true), readConfig({ POOL_SIZE: '2' }));
  await database.connect();
  const ids = (from: number, n: number) => Array.from({ length: n }, (_, i) => String(from + i)).filter((x) => Number(x) % 10 !== 9);
  const segments = written.map((rule, i) => ({ id: `00000000-0000-0000-0000-00000000000${i}`, version: 1, rule: parseRule(rule, 'r') }));
  const time = async (name: string, f: () => Promise<unknown>) => { const t = performance.now(); await f(); console.log(name, (performance.now() - t).toFixed(1)); };
  for (let k = 0; k < 3; k++) await time('evaluate 1000', () => database.inWorkspace(w, (db) => walkIndexes(db).then(() => evaluate(db, w, segments, ids(1 + k * 1200, 1111), new Date(), false))));
  for (let k = 0; k < 3; k++) await time('evaluate 1', () => database.inWorkspace(w, (db) => walkIndexes(db).then(() => evaluate(db, w, segments, [String(11 + k)], new Date(), false))));
  for (let k = 0; k < 3; k++) await time('all 1000, first', () => database.inWorkspace(w, (db) => evaluateSegments(db, w, ids(1 + k * 1200, 1111), new Date())));
  for (let k = 0; k < 3; k++) await time('all 1000, again', () => database.inWorkspace(w, (db) => evaluateSegments(db, w, ids(1 + k * 1200, 1111), new Date())));
  for (let k = 0; k < 5; k++) await time('all 1', () => database.inWorkspace(w, (db) => evaluateSegments(db, w, [String(5000 + k)], new Date())));
  await database.onApplicationShutdown();
  if (process.env.KEEP) { const { execSync } = await import('node:child_process'); console.log(String(execSync('psql ' + scratch.ownerUrl + ' -f /tmp/dscratch/q.sql 2>&1'))); await scratch.drop(); } else await scratch.drop();
}, 300000);
