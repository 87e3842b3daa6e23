import type { Step } from './data.js';

interface BenchSegment {
  readonly key: string;
  readonly name: string;
  readonly rule: object;
  /** Customers (canonical profile and workspace) that match the rule. */
  readonly members: string;
}

const withTrait = (key: string, value: string) => `
  select p.canonical_id as id, p.workspace_id
  from trait t
  join profile p on p.workspace_id = t.workspace_id and p.id = t.profile_id
  where t.key = '${key}' and t.value = '"${value}"'`;

const withContacts = (column: string, code: string, days: number, atLeast: number) => `
  select p.canonical_id as id, p.workspace_id
  from bench.recent t
  join profile p on p.workspace_id = t.workspace_id and p.id = t.profile_id
  where t.${column} = ${code} and t.occurred_at > now() - interval '${days} days'
  group by 1, 2
  having count(*) >= ${atLeast}`;

const traitSegment = (key: string, value: string): BenchSegment => ({
  key: `${key}-${value.toLowerCase()}`,
  name: `${key} ${value}`,
  rule: { trait: key, is: value },
  members: withTrait(key, value),
});

const contactSegment = (
  column: 'channel' | 'topic',
  word: string,
  code: string,
  days: number,
  atLeast: number,
): BenchSegment => ({
  key: `${word.toLowerCase()}-${days}d-${atLeast}`,
  name: `${atLeast} times ${word} in ${days} days`,
  rule: { touchpoints: { [column]: word, within: `P${days}D` }, atLeast },
  members: withContacts(column, code, days, atLeast),
});

/** Twenty segments, by trait, by behaviour and by state: some two for each customer. */
const segments: readonly BenchSegment[] = [
  ...['free', 'basic', 'plus', 'pro'].map((plan) => traitSegment('plan', plan)),
  ...['Lyon', 'Austin', 'Leeds', 'Graz', 'Porto', 'Ghent'].map((city) => traitSegment('city', city)),
  contactSegment('channel', 'CALL', '0', 30, 2),
  contactSegment('channel', 'CALL', '0', 30, 5),
  contactSegment('channel', 'CHAT', '1', 30, 3),
  contactSegment('channel', 'EMAIL', '2', 7, 2),
  contactSegment('topic', 'billing', `'billing'`, 90, 3),
  contactSegment('topic', 'returns', `'returns'`, 90, 3),
  contactSegment('topic', 'cancellation', `'cancellation'`, 30, 2),
  {
    key: 'open-issue',
    name: 'Has an open issue',
    rule: { openIssues: {}, atLeast: 1 },
    members: `
  select distinct p.canonical_id as id, p.workspace_id
  from issue i
  join profile p on p.workspace_id = i.workspace_id and p.id = i.profile_id
  where i.status < 3`,
  },
  {
    key: 'two-open-issues',
    name: 'Has two open issues',
    rule: { openIssues: {}, atLeast: 2 },
    members: `
  select p.canonical_id as id, p.workspace_id
  from issue i
  join profile p on p.workspace_id = i.workspace_id and p.id = i.profile_id
  where i.status < 3
  group by 1, 2
  having count(*) >= 2`,
  },
  {
    key: 'whatsapp',
    name: 'Has WhatsApp',
    rule: { identifier: 'whatsapp', exists: true },
    members: 'select id, workspace_id from profile where false',
  },
];

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Segments with the members that their rules have at the time of generation. Five of them where we write. */
export function segmentSteps(): Step[] {
  return [
    {
      title: 'recent contacts',
      sql: `
    create unlogged table bench.recent as
    select occurred_at, workspace_id, profile_id, channel, topic
    from touchpoint
    where occurred_at > now() - interval '90 days'`,
    },
    {
      title: 'segments',
      sql: segments
        .map(
          ({ key, name, rule }, n) => `
    insert into segment (workspace_id, id, key, name, rule, entitlements)
    select w.id, bench.key(w.id, 'segment', ${quoted(key)}), ${quoted(key)}, ${quoted(name)},
           ${quoted(JSON.stringify(rule))}, ${n % 4 === 0 ? `'{priority-queue}'` : `'{}'`}
    from workspace w
    where w.key = 'bench' or w.key = 'bench-ingest' and ${n % 4 === 2}`,
        )
        .join(';\n'),
    },
    ...segments.map(({ key, rule, members }) => ({
      title: `members of ${key}`,
      sql: `
    insert into segment_member (since_at, until_at, profile_id, workspace_id, rule_version, segment_id, reason)
    select a.last_at, null, m.id, m.workspace_id, 1, s.id, ${quoted(JSON.stringify([{ text: key, condition: rule, observed: null }]))}
    from (${members}) m
    join segment s on s.workspace_id = m.workspace_id and s.key = ${quoted(key)}
    join profile_activity a on a.workspace_id = m.workspace_id and a.profile_id = m.id
    on conflict do nothing`,
    })),
    { title: 'recent contacts dropped', sql: 'drop table bench.recent' },
  ];
}
