import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { ApiKeys } from '../../src/access/api-keys.service.js';
import { Workspaces } from '../../src/access/workspaces.service.js';
import { readConfig } from '../../src/platform/config.js';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.js';
import { startService } from '../../src/service.js';
import { type Incident, ownFile, readIncidents } from './incidents.js';

/**
 * How often `likelyReasons` names what a customer really came about: incidents of a service desk are put into the tables
 * of a real service, the first part of the time is learned from, and of each contact of the rest the service is asked
 * just before it happened. Baseline: what most contacts were about in the part that was learned from.
 */
const { values: options } = parseArgs({
  options: { file: { type: 'string', default: ownFile }, learn: { type: 'string', default: '0.6' } },
});

interface Answer {
  readonly customer: {
    readonly likelyReasons: readonly { readonly topic: string; readonly rule: string; readonly confidence: number }[];
  };
}

interface Score {
  contacts: number;
  first: number;
  three: number;
  baseline: number;
  baselineThree: number;
  again: number;
  confidence: number;
}

const nothing = (): Score => ({
  contacts: 0,
  first: 0,
  three: 0,
  baseline: 0,
  baselineThree: 0,
  again: 0,
  confidence: 0,
});

/** Each incident as an inbound call about its category and, while it is open, as an issue, known when it happened. */
async function store(db: pg.Client, workspace: number, incidents: readonly Incident[]): Promise<Map<string, number>> {
  const callers = [...new Set(incidents.map(({ caller }) => caller))];
  const ids = new Map(callers.map((caller, n) => [caller, 1_000_000 + n]));
  const rows = JSON.stringify(
    incidents.map(({ number, caller, category, openedAt, resolvedAt }) => ({
      number,
      profile: ids.get(caller),
      topic: `category ${category}`,
      at: openedAt,
      end: resolvedAt,
    })),
  );
  const put = (text: string) => db.query(text, [workspace, rows]);
  const from =
    'from json_to_recordset($2) r(number text, profile bigint, topic text, at timestamptz, "end" timestamptz)';
  await put(
    `insert into profile (workspace_id, id, canonical_id, created_at)
     select $1, profile, profile, min(at) - interval '1 hour' ${from} group by profile`,
  );
  await put(
    `insert into touchpoint (workspace_id, id, profile_id, occurred_at, recorded_at, channel, direction, status, kind,
       source, external_id, topic, identifiers_seen, version, content_hash)
     select $1, md5(number)::uuid, profile, at, at, 0, 0, 2, 'call.completed', 'desk', number, topic, '[]', 1, 1 ${from}`,
  );
  await put(
    `insert into issue (workspace_id, id, profile_id, opened_at, updated_at, resolved_at, status, priority, topic, subject)
     select $1, md5(number)::uuid, profile, at, coalesce("end", at), "end", case when "end" is null then 0 else 3 end, 1,
       topic, number ${from}`,
  );
  await put(
    `insert into issue_version (workspace_id, issue_id, version, changed_at, resolved_at, status, priority, topic, subject,
       actor)
     select $1, md5(number)::uuid, v.version, case v.version when 1 then at else "end" end,
       case v.version when 2 then "end" end, case v.version when 1 then 0 else 3 end, 1, topic, number, 'desk'
     ${from} cross join (values (1), (2)) v(version) where v.version = 1 or "end" is not null`,
  );
  return ids;
}

function mostFrequent(incidents: readonly Incident[]): string[] {
  const counts = new Map<string, number>();
  for (const { category } of incidents) counts.set(category, (counts.get(category) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([category]) => `category ${category}`);
}

const incidents = readIncidents(options.file);
const split = Math.floor(incidents.length * Number(options.learn));
const until = (incidents[split - 1] as Incident).openedAt;
const learned = incidents.filter(({ openedAt }) => openedAt <= until);
const heldOut = incidents.filter(({ openedAt }) => openedAt > until);

const folder = mkdtempSync(path.join(tmpdir(), 'throughline-reasons-'));
const postgres = await startEmbeddedPostgres({ dir: folder });
const service = await startService(
  readConfig({ NODE_ENV: 'test', PORT: '0', LOG_LEVEL: 'error', DATABASE_URL: postgres.ownerUrl }),
);
try {
  const workspace = (await service.app.get(Workspaces).find('default')) as number;
  const { secret } = await service.app
    .get(ApiKeys)
    .make(workspace, { name: 'bench', scopes: ['customers:read', 'admin'] });
  const db = new pg.Client({ connectionString: postgres.ownerUrl });
  await db.connect();
  const ids = await store(db, workspace, incidents);
  await db.query('analyze');
  await db.end();
  const ask = async (query: string) => {
    const response = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify({ query }),
    });
    const { data, errors } = (await response.json()) as { data: Answer; errors?: unknown };
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };
  await ask(`mutation { learnReasons(input: { until: "${until.toISOString()}" }) { contacts } }`);
  const usual = mostFrequent(learned);
  const last = new Map(learned.map(({ caller, category }) => [caller, `category ${category}`]));
  const scores = new Map<string, Score>();
  for (const { caller, category, openedAt } of heldOut) {
    const before = new Date(openedAt.getTime() - 1_000).toISOString();
    const answer = await ask(
      `{ customer(id: "cus_${ids.get(caller)}", asOf: "${before}") { likelyReasons { topic rule confidence } } }`,
    );
    const reasons = answer.customer.likelyReasons;
    const topic = `category ${category}`;
    const groups = ['all', last.has(caller) ? 'called before' : 'first call', `by ${reasons[0]?.rule ?? 'nothing'}`];
    const again = last.get(caller) ?? usual[0];
    last.set(caller, topic);
    for (const group of groups) {
      const score = scores.get(group) ?? nothing();
      scores.set(group, score);
      score.contacts++;
      score.confidence += reasons[0]?.confidence ?? 0;
      if (reasons[0]?.topic === topic) score.first++;
      if (reasons.some((one) => one.topic === topic)) score.three++;
      if (again === topic) score.again++;
      if (usual[0] === topic) score.baseline++;
      if (usual.slice(0, 3).includes(topic)) score.baselineThree++;
    }
  }
  const share = (n: number, of: number) => `${((100 * n) / of).toFixed(1)} %`;
  const lines = [
    '| contacts | how many | first is right | of three | stated confidence | most frequent | three most frequent | the last one again |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...[...scores]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([group, one]) =>
        [
          group,
          String(one.contacts),
          ...[one.first, one.three, one.confidence, one.baseline, one.baselineThree, one.again].map((n) =>
            share(n, one.contacts),
          ),
        ].join(' | '),
      )
      .map((cells) => `| ${cells} |`),
  ];
  process.stdout.write(
    `Learned from ${learned.length} contacts, asked of ${heldOut.length} later ones.\n\n${lines.join('\n')}\n`,
  );
} finally {
  await service.stop();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
