import type pg from 'pg';
import type { Journal } from './journal.js';
import type { Message, Workload } from './workload.js';

interface Stored {
  readonly key: string;
  readonly subject: string;
  readonly status: number;
  readonly durationSeconds: number | null;
  readonly canonicalId: string;
}

const completed = 2;

/**
 * Holds what is stored against what the clients know: *acknowledged ⊆ stored, each key once, stored ⊆ sent, no half
 * batch, nothing refused stored, customers as the stored touchpoints make them*.
 * @returns every breach, in words; none is what is hoped for
 */
export async function breachesOf(
  db: pg.Client,
  workload: Workload,
  journal: Journal,
): Promise<{ stored: number; deadLetters: number; breaches: string[] }> {
  const stored = await storedOf(db, workload.source);
  const letters = await deadLettersOf(db, workload.source);
  const breaches = [...journal.wrongs];
  const byKey = new Map<string, Stored>();
  for (const one of stored) {
    if (byKey.has(one.key)) breaches.push(`${one.key} is stored twice`);
    byKey.set(one.key, one);
  }
  for (const [key, sequence] of journal.acknowledged) {
    const one = byKey.get(key);
    if (!one) breaches.push(`${key} was acknowledged and is not stored`);
    else if (sequence === 2 && one.status !== completed) breaches.push(`${key} lost its later message`);
  }
  for (const one of stored) breaches.push(...wrongContent(one, journal.sent.get(one.key)));
  for (const key of [...journal.kept, ...journal.refused]) {
    if (byKey.has(key)) breaches.push(`${key} cannot be stored, and is`);
  }
  for (const key of journal.kept) if (!letters.has(key)) breaches.push(`${key} is not among the dead letters`);
  for (const [key, count] of letters) if (count > 1) breaches.push(`${key} is ${count} dead letters`);
  breaches.push(...halfBatches(workload, byKey), ...wrongCustomers(workload, byKey));
  return { stored: stored.length, deadLetters: letters.size, breaches };
}

async function storedOf(db: pg.Client, source: string): Promise<Stored[]> {
  const { rows } = await db.query(
    `select regexp_replace(t.external_id, '^.*/', '') as key, t.subject, t.status,
       t.duration_seconds as "durationSeconds", p.canonical_id as "canonicalId"
     from touchpoint t
     join profile p on p.workspace_id = t.workspace_id and p.id = t.profile_id
     where t.source = $1 or (t.source = 'segment' and t.external_id like $1 || '/%')`,
    [source],
  );
  return rows;
}

async function deadLettersOf(db: pg.Client, source: string): Promise<Map<string, number>> {
  const { rows } = await db.query(
    `select substring(raw from $1 || '/(call-[0-9]+)') as key, count(*)::int as count
     from dead_letter
     where raw like '%"' || $1 || '/%'
     group by 1`,
    [source],
  );
  return new Map(rows.map((row) => [row.key, row.count]));
}

function wrongContent(one: Stored, sent: readonly Message[] | undefined): string[] {
  if (!sent) return [`${one.key} is stored and was never sent`];
  const first = sent[0] as Message;
  if (one.subject !== first.subject) return [`${one.key} says what nobody sent`];
  const isFollowed = one.durationSeconds !== null;
  return isFollowed && !sent.some((message) => message.durationSeconds === one.durationSeconds)
    ? [`${one.key} has a duration that nobody sent`]
    : [];
}

/** A request of our own API is stored wholly or not at all, but for the items that it was told are refused. */
function halfBatches(workload: Workload, stored: ReadonlyMap<string, Stored>): string[] {
  return workload.deliveries.flatMap(({ protocol, messages, id }) => {
    const keys = messages.filter((one) => !one.poison && one.sequence === 1).map((one) => one.externalId);
    // A later message may have made its touchpoint before the request itself arrived.
    const settled = keys.filter((key) => stored.get(key)?.durationSeconds == null);
    const found = settled.filter((key) => stored.has(key)).length;
    return protocol === 'graphql' && found > 0 && found < settled.length
      ? [`request ${id} is half stored: ${found} of ${settled.length}`]
      : [];
  });
}

/** Two touchpoints are one customer’s exactly when a chain of shared identifiers leads from one to the other. */
function wrongCustomers(workload: Workload, stored: ReadonlyMap<string, Stored>): string[] {
  const groups = new Map<string, string>();
  const find = (node: string): string => {
    const up = groups.get(node) ?? node;
    return up === node ? node : find(up);
  };
  for (const message of workload.deliveries.flatMap((one) => one.messages)) {
    if (!stored.has(message.externalId)) continue;
    for (const { type, value } of message.identifiers) {
      const [a, b] = [find(message.externalId), find(`${type} ${value}`)];
      if (a !== b) groups.set(a, b);
    }
  }
  const customerOf = new Map<string, string>();
  const groupOf = new Map<string, string>();
  const breaches: string[] = [];
  for (const [key, { canonicalId }] of stored) {
    const group = find(key);
    if ((customerOf.get(group) ?? canonicalId) !== canonicalId) breaches.push(`${key} is apart from its customer`);
    if ((groupOf.get(canonicalId) ?? group) !== group) breaches.push(`${key} is with a stranger`);
    customerOf.set(group, canonicalId);
    groupOf.set(canonicalId, group);
  }
  return breaches;
}
