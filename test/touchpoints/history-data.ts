import pg from 'pg';
import { Random } from '../setup/random.js';

/** Rows as plain values: what the oracle reads, and what was put into the tables. */
export interface ProfileRow {
  id: number;
  canonicalId: number;
  createdAt: string;
}

export interface IdentifierRow {
  profileId: number;
  type: string;
  value: string;
  rawValue: string | null;
  verification: number;
  isShared: boolean;
  firstSeenAt: string;
  lastSeenAt: string;
  recordedAt: string;
}

export interface TraitRow {
  profileId: number;
  key: string;
  value: unknown;
  occurredAt: string;
  recordedAt: string;
}

export interface TouchpointRow {
  id: string;
  profileId: number;
  occurredAt: string;
  recordedAt: string;
  endedAt: string | null;
  channel: number;
  direction: number;
  status: number;
  kind: string;
  source: string;
  externalId: string | null;
  topic: string | null;
  subject: string | null;
  summary: string | null;
  sentiment: number | null;
  waitSeconds: number | null;
  conversationId: string | null;
  issueId: string | null;
  journeyId: string | null;
  attributes: unknown;
  identifiersSeen: unknown[];
}

export interface JourneyRow {
  id: string;
  profileId: number;
  /** What it was at each of its versions, from the first. */
  versions: { changedAt: string; startedAt: string; stepSince: string; status: number; step: string; state: object }[];
}

export interface History {
  readonly workspace: number;
  profiles: ProfileRow[];
  pointers: { profileId: number; canonicalId: number; movedAt: string }[];
  identifiers: IdentifierRow[];
  traits: TraitRow[];
  touchpoints: TouchpointRow[];
  journeys: JourneyRow[];
}

const day = 86_400_000;
export const kinds = ['call.completed', 'chat.message', 'page.viewed', 'email.received', 'note.written'];
export const topics = ['billing', 'delivery', 'returns'];
const identifierTypes = ['phone', 'email', 'user_id', 'anonymous_id'];
const words = ['Ärger', 'invoice – 3 €', 'order "7"', 'back\\slash', 'line\nbreak', '送達', 'plain', '😀'];

/** A small history with all that makes answers differ: merges, late arrivals, threads across profiles, missing values. */
export function makeHistory(workspace: number, seed: number, customers: number, now: number): History {
  const random = new Random(seed);
  const none = { profiles: [], pointers: [], identifiers: [], traits: [], touchpoints: [], journeys: [] };
  const history: History = { workspace, ...none };
  const iso = (time: number) => new Date(Math.floor(time)).toISOString();
  const ago = (days: number) => now - random.next() * days * day;
  const uuid = () => {
    let hex = '';
    while (hex.length < 32) hex += random.int(16).toString(16);
    return hex;
  };
  let nextId = 1_000 * workspace + 1;
  for (let c = 0; c < customers; c++) {
    const size = random.pick([1, 1, 1, 2, 3]);
    const ids = Array.from({ length: size }, () => nextId++);
    const canonicalId = ids[0] as number;
    const threads = [uuid(), uuid()];
    for (const id of ids) {
      history.profiles.push({ id, canonicalId, createdAt: iso(ago(100)) });
      if (id !== canonicalId) history.pointers.push({ profileId: id, canonicalId, movedAt: iso(ago(30)) });
      addIdentifiers(history, random, id, ago, iso);
      for (const key of ['name', 'firstName', 'last_name', 'plan', 'address', 'score', '10', '2']) {
        if (!random.chance(0.5)) continue;
        const value = random.pick<unknown>([random.pick(words), random.int(100), true, null, { city: 'Ulm' }, '  ']);
        history.traits.push({ profileId: id, key, value, occurredAt: iso(ago(3)), recordedAt: iso(ago(60)) });
      }
      const count = random.pick([0, 1, 3, 12, 25]);
      for (let i = 0; i < count; i++) history.touchpoints.push(touchpoint(random, id, threads, uuid, ago, iso));
    }
  }
  const own = new Random(seed + 1_000);
  for (const one of history.touchpoints) if (one.journeyId) history.journeys.push(journey(own, one, now));
  return history;
}

const steps = ['ask', 'send', 'done'];

/** A journey of a touchpoint: begun then, and known to us as one thing after the other. */
function journey(random: Random, { journeyId, profileId, occurredAt }: TouchpointRow, now: number): JourneyRow {
  const iso = (time: number) => new Date(Math.floor(time)).toISOString();
  let changed = Date.parse(occurredAt);
  const versions = Array.from({ length: 1 + random.int(3) }, (_, n) => {
    if (n > 0) changed += random.next() * Math.max(0, now - changed);
    return {
      changedAt: iso(changed),
      startedAt: occurredAt,
      stepSince: iso(changed),
      status: n === 0 ? 0 : random.int(5),
      step: steps[n] as string,
      state: random.chance(0.5) ? { ask: { item: random.pick(words) } } : {},
    };
  });
  return { id: journeyId as string, profileId, versions };
}

function addIdentifiers(
  history: History,
  random: Random,
  id: number,
  ago: (days: number) => number,
  iso: (time: number) => string,
): void {
  for (const type of identifierTypes) {
    if (!random.chance(0.6)) continue;
    const value =
      type === 'phone' ? `+4930123${10_000 + id}` : type === 'email' ? `c${id}@example.org` : `${type}-${id}`;
    const lastSeen = ago(50);
    history.identifiers.push({
      profileId: id,
      type,
      value,
      rawValue: random.chance(0.3) ? value.toUpperCase() : null,
      verification: random.int(2),
      isShared: random.chance(0.1),
      firstSeenAt: iso(lastSeen - random.next() * 20 * day),
      lastSeenAt: iso(lastSeen),
      recordedAt: iso(ago(60)),
    });
  }
}

function touchpoint(
  random: Random,
  profileId: number,
  threads: readonly string[],
  uuid: () => string,
  ago: (days: number) => number,
  iso: (time: number) => string,
): TouchpointRow {
  // Whole hours make instants equal, so that ids decide.
  const occurred = random.chance(0.3) ? Math.floor(ago(60) / 36_000_000) * 36_000_000 : ago(60);
  const maybe = <T>(value: () => T, probability = 0.5) => (random.chance(probability) ? value() : null);
  const id = uuid();
  return {
    id,
    profileId,
    occurredAt: iso(occurred),
    recordedAt: iso(occurred + random.next() * 20 * day * (random.chance(0.2) ? 1 : 0)),
    endedAt: maybe(() => iso(occurred + 60_000)),
    channel: random.int(9),
    direction: random.int(3),
    status: random.int(5),
    kind: random.pick(kinds),
    source: random.pick(['pbx', 'mail', 'site']),
    externalId: maybe(() => `x-${id.slice(0, 6)}`),
    topic: maybe(() => random.pick(topics)),
    subject: maybe(() => random.pick(words)),
    summary: maybe(() => random.pick(words)),
    sentiment: maybe(() => Math.round(random.next() * 200 - 100) / 100),
    waitSeconds: maybe(() => random.int(500)),
    conversationId: maybe(() => random.pick(threads)),
    issueId: maybe(uuid, 0.1),
    journeyId: maybe(uuid, 0.1),
    attributes: maybe(() => ({ text: random.pick(words), n: random.int(9) })) ?? {},
    identifiersSeen: random.chance(0.5)
      ? [{ type: 'phone', value: '+493012345', status: 'LINKED', reason: null }]
      : [{ type: 'email', value: 'nobody', status: 'INVALID', reason: 'not an e-mail address' }],
  };
}

/** Puts a history into the tables, with the sums that ingest keeps. */
export async function storeHistory(db: pg.Client, history: History): Promise<void> {
  const { workspace } = history;
  const put = (sql: string, rows: readonly unknown[]) => db.query(sql, [workspace, JSON.stringify(rows)]);
  await put(
    `insert into profile (workspace_id, id, canonical_id, created_at)
     select $1, "id", "canonicalId", "createdAt"
     from json_to_recordset($2) r("id" bigint, "canonicalId" bigint, "createdAt" timestamptz)`,
    history.profiles,
  );
  await put(
    `insert into profile_pointer (workspace_id, profile_id, canonical_id, moved_at)
     select $1, "profileId", "canonicalId", "movedAt"
     from json_to_recordset($2) r("profileId" bigint, "canonicalId" bigint, "movedAt" timestamptz)`,
    history.pointers,
  );
  await put(
    `insert into identifier (workspace_id, profile_id, type, value, raw_value, verification, is_shared, first_seen_at,
       last_seen_at, recorded_at)
     select $1, "profileId", type, value, "rawValue", verification, "isShared", "firstSeenAt", "lastSeenAt", "recordedAt"
     from json_to_recordset($2) r("profileId" bigint, type text, value text, "rawValue" text, verification smallint,
       "isShared" boolean, "firstSeenAt" timestamptz, "lastSeenAt" timestamptz, "recordedAt" timestamptz)`,
    history.identifiers,
  );
  await put(
    `insert into trait (workspace_id, profile_id, key, value, occurred_at, recorded_at)
     select $1, (r ->> 'profileId')::bigint, r ->> 'key', coalesce(r -> 'value', 'null')::jsonb,
       (r ->> 'occurredAt')::timestamptz, (r ->> 'recordedAt')::timestamptz
     from json_array_elements($2::json) r`,
    history.traits,
  );
  await put(
    `insert into touchpoint (workspace_id, id, profile_id, occurred_at, recorded_at, ended_at, channel, direction, status,
       kind, source, external_id, topic, subject, summary, sentiment, wait_seconds, conversation_id, issue_id,
       journey_id, attributes, identifiers_seen, version, content_hash)
     select $1, id, "profileId", "occurredAt", "recordedAt", "endedAt", channel, direction, status, kind, source,
       "externalId", topic, subject, summary, sentiment, "waitSeconds", "conversationId", "issueId", "journeyId",
       attributes, "identifiersSeen", 1, 1
     from json_to_recordset($2) r(id uuid, "profileId" bigint, "occurredAt" timestamptz, "recordedAt" timestamptz,
       "endedAt" timestamptz, channel smallint, direction smallint, status smallint, kind text, source text,
       "externalId" text, topic text, subject text, summary text, sentiment real, "waitSeconds" int,
       "conversationId" uuid, "issueId" uuid, "journeyId" uuid, attributes json, "identifiersSeen" json)`,
    history.touchpoints,
  );
  await db.query(
    `insert into profile_activity (workspace_id, profile_id, first_at, last_at, touchpoints, sources, shown_touchpoints,
       shown_first_at, shown_last_at)
     select workspace_id, profile_id, min(occurred_at), max(occurred_at), count(*), array_agg(distinct source),
       count(*) filter (where direction <> 2), min(occurred_at) filter (where direction <> 2),
       max(occurred_at) filter (where direction <> 2)
     from touchpoint where workspace_id = $1 group by 1, 2`,
    [workspace],
  );
  await db.query(
    `insert into conversation (workspace_id, profile_id, id, source, external_id, first_at, last_at, touchpoints,
       shown_touchpoints, shown_first_at, shown_last_at)
     select workspace_id, profile_id, conversation_id, 'pbx', conversation_id::text, min(occurred_at), max(occurred_at),
       count(*), count(*) filter (where direction <> 2), min(occurred_at) filter (where direction <> 2),
       max(occurred_at) filter (where direction <> 2)
     from touchpoint where workspace_id = $1 and conversation_id is not null group by 1, 2, 3`,
    [workspace],
  );
  await db.query(
    `insert into search_word (workspace_id, word, profile_id)
     select distinct $1::int, lower(w), profile_id from trait, regexp_split_to_table(value #>> '{}', '[^[:alnum:]]+') w
     where workspace_id = $1 and key = 'name' and jsonb_typeof(value) = 'string' and w <> ''`,
    [workspace],
  );
  await storeJourneys(db, history);
  await db.query('analyze');
}

async function storeJourneys(db: pg.Client, { workspace, journeys }: History): Promise<void> {
  const definition = {
    name: 'Return an order',
    goal: 'The money is back.',
    steps: steps.map((key, n) => ({
      key,
      title: key,
      expectedWithin: null,
      channels: n === 1 ? ['WEB', 'CALL'] : [],
      schema: n === 0 ? { type: 'object', properties: { item: { type: 'string' } } } : null,
      terminal: n === 2,
      next: steps.slice(n + 1, n + 2),
    })),
    triggers: [
      { effect: 'START', to: null, channels: [], directions: [], kinds: [], topics: ['returns'], attributes: {} },
    ],
    stuckAfter: 'P3D',
    abandonedAfter: null,
  };
  await db.query(
    `with made as (
       insert into blueprint (workspace_id, id, key, created_at, updated_at)
       values ($1, md5('return' || $1::int)::uuid, 'return', '2025-01-01', '2025-01-01')
       returning id
     )
     insert into blueprint_version (workspace_id, blueprint_id, version, created_at, actor, definition)
     select $1, id, 1, '2025-01-01', 'test', $2 from made`,
    [workspace, JSON.stringify(definition)],
  );
  const cause = {
    kind: 'ADVANCED',
    by: 'STAFF',
    at: 1_760_000_000_000,
    actor: 'key:test',
    channel: 'WEB',
    touchpoint: null,
  };
  const versions = journeys.flatMap(({ id, profileId, versions: all }) =>
    all.map((one, n) => ({ ...one, id, profileId, version: n + 1, isLast: n === all.length - 1 })),
  );
  const rows = `json_to_recordset($2) r(id uuid, "profileId" bigint, version int, "isLast" boolean, "changedAt" timestamptz,
    "startedAt" timestamptz, "stepSince" timestamptz, status smallint, step text, state json)`;
  const given = [workspace, JSON.stringify(versions), JSON.stringify(cause)];
  await db.query(
    `insert into journey (workspace_id, id, profile_id, blueprint_id, blueprint_version, version, status, step, started_at,
       step_since, active_at, updated_at, expected_at, is_stuck, state, turn, cause, source, external_id)
     select $1, id, "profileId", md5('return' || $1::int)::uuid, 1, version, status, step, "startedAt", "stepSince",
       "stepSince", "changedAt", case when status = 0 then "stepSince" + interval '1 day' end, status = 0 and version = 2, state,
       case when version = 2 then '{"to":"QUEUE","name":"returns"}'::json end, $3, 'test', id::text
     from ${rows} where "isLast"`,
    given,
  );
  await db.query(
    `insert into journey_version (workspace_id, journey_id, version, changed_at, blueprint_version, status, step,
       started_at, step_since, expected_at, state, turn, cause)
     select $1, id, version, "changedAt", 1, status, step, "startedAt", "stepSince",
       case when status = 0 then "stepSince" + interval '1 day' end, state,
       case when version = 2 then '{"to":"QUEUE","name":"returns"}'::json end, $3
     from ${rows}`,
    given,
  );
  await db.query(
    `insert into journey_act (workspace_id, journey_id, n, at, kind, channel, is_customer, step, actor, request_hash)
     select $1, id, version, "changedAt", case when version = 1 then 0 else 1 end, status, false, step, $3::json ->> 'actor', ''
     from ${rows}`,
    given,
  );
}
