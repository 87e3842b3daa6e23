import { type IdentifierType, keepsTrack } from '../identity/identifier-type.js';
import type { ReadIdentityName } from '../identity/resolution-read.queries.js';
import type { WriteIdentityName } from '../identity/resolution-write.queries.js';
import { searchWords } from '../identity/search-words.js';
import { int4s, int8s, jsons, texts, uuids } from '../platform/binary-arrays.js';
import { numberArray, textArray } from '../platform/named-sql.js';
import type { Decision, ReadState, TouchpointRow } from './decide.js';
import type { PreparedBatch } from './prepared-batch.js';
import type { Named } from './protection-parameters.js';
import { columnArrays } from './touchpoint-columns.js';
import type { Reference } from './touchpoint-message.js';
import { changeableColumns, touchpointColumns } from './touchpoint-table.js';
import type { IssueReference, TouchpointsRecorded } from './touchpoints.events.js';
import { internal } from './vocabulary.js';

const seconds = (time: number) => time / 1000;

export function readParameters(
  workspace: number,
  types: ReadonlyMap<string, IdentifierType>,
  batch: PreparedBatch,
): Record<ReadIdentityName | 'ids' | 'hashes', unknown> {
  const told = toldOnce(batch);
  return {
    workspace,
    groups: int4s(batch.groups),
    types: texts(batch.identifiers.map((identifier) => identifier.type.name)),
    values: texts(batch.identifiers.map((identifier) => identifier.value)),
    profileGroups: numberArray(batch.profiles.map((profile) => profile.group)),
    profileIds: numberArray(batch.profiles.map((profile) => profile.id)),
    changing: numberArray(batch.changing),
    earliest: seconds(batch.earliest),
    trackedTypes: textArray([...types.values()].filter(keepsTrack).map((type) => type.name)),
    ids: uuids([...told.keys()]),
    hashes: int8s([...told.values()]),
  };
}

/** Each touchpoint once, with what the batch says of it: null when it says several things, so that all is read. */
function toldOnce(batch: PreparedBatch): Map<string, string | null> {
  const told = new Map<string, string | null>();
  for (const { id, hash, touchpoint } of batch.items) {
    if (touchpoint) told.set(id, told.has(id) && told.get(id) !== hash ? null : hash);
  }
  return told;
}

/** Per identifier of the batch, epoch seconds of its first and last sighting so far. */
export interface Sightings {
  readonly firstSeen: readonly (number | null)[];
  readonly lastSeen: readonly (number | null)[];
}

/**
 * Sightings are kept to the hour: writing them at every touchpoint would cost more than it tells. Where the last one
 * to use an identifier has it, they are kept as they are.
 */
const sightingMs = (type: IdentifierType) => (type.overflow === 'last_wins' ? 1_000 : 3_600_000);

export function identityParameters(
  workspace: number,
  batch: PreparedBatch,
  decision: Decision,
  state: ReadState & Sightings,
  { first, last }: Named,
): Record<WriteIdentityName, unknown> {
  const { resolution } = decision;
  const of = (n: number) => batch.identifiers[n] as PreparedBatch['identifiers'][number];
  const inserted = resolution.ledger.inserted
    .map((row) => ({ ...row, n: row.identifier as number }))
    .sort((a, b) => byIdentifier(batch, a.n, b.n));
  const changed = new Set(resolution.ledger.changed.map((row) => row.identifier));
  const seen = batch.identifiers
    .map((_, n) => n)
    .filter((n) => {
      const [earliest, latest] = [state.firstSeen[n], state.lastSeen[n]];
      const [namedFirst, namedLast] = [first[n], last[n]];
      if (earliest == null || latest == null || namedFirst === undefined || namedLast === undefined) return false;
      if (changed.has(n)) return false;
      const distance = sightingMs(of(n).type);
      return namedLast >= latest * 1000 + distance || namedFirst <= earliest * 1000 - distance;
    })
    .sort((a, b) => byIdentifier(batch, a, b));
  const links = uniqueBy(resolution.links, (link) => `${link.a} ${link.b} ${link.evidence}`);
  links.sort((x, y) => x.a - y.a || x.b - y.b || (x.evidence < y.evidence ? -1 : 1));
  const traits = [...decision.traits].sort((a, b) => a.profile - b.profile || (a.key < b.key ? -1 : 1));
  const words = traits.flatMap((trait) =>
    searchWords(trait.key, trait.value).map((word) => ({ word, profile: trait.profile })),
  );
  words.sort((a, b) => (a.word < b.word ? -1 : a.word > b.word ? 1 : a.profile - b.profile));
  return {
    workspace,
    guardIds: numberArray(resolution.guards.map((guard) => guard.id)),
    guardVersions: numberArray(resolution.guards.map((guard) => guard.version)),
    guardCustomers: numberArray(resolution.guards.map((guard) => guard.customer)),
    guardMerges: numberArray(resolution.guards.map((guard) => guard.merges)),
    guardBraked: numberArray(resolution.guards.map((guard) => guard.isBraked)),
    newProfiles: numberArray(inserted.map((one) => one.profile)),
    newTypes: textArray(inserted.map((one) => one.type.name)),
    newValues: textArray(inserted.map((one) => one.value)),
    newRaws: textArray(inserted.map((one) => of(one.n).raw)),
    newFirst: numberArray(inserted.map((one) => seconds(first[one.n] as number))),
    newLast: numberArray(inserted.map((one) => seconds(last[one.n] as number))),
    newVerifications: numberArray(inserted.map((one) => Number(one.isVerified))),
    newDetached: numberArray(inserted.map((one) => one.isDetached)),
    newQuarantined: numberArray(inserted.map((one) => one.isQuarantined)),
    newShared: numberArray(inserted.map((one) => one.isShared)),
    newRivals: textArray(inserted.map((one) => (one.rivals.length === 0 ? null : textArray(one.rivals)))),
    seenTypes: textArray(seen.map((n) => of(n).type.name)),
    seenValues: textArray(seen.map((n) => of(n).value)),
    seenFirst: numberArray(seen.map((n) => seconds(first[n] as number))),
    seenLast: numberArray(seen.map((n) => seconds(last[n] as number))),
    createdIds: numberArray(resolution.created.map((one) => one.profile)),
    createdCustomers: numberArray(resolution.created.map((one) => one.customer)),
    linkA: numberArray(links.map((link) => link.a)),
    linkB: numberArray(links.map((link) => link.b)),
    linkEvidence: numberArray(links.map((link) => link.evidence)),
    mergeSurvivors: numberArray(resolution.merges.map((merge) => merge.survivor)),
    mergeAbsorbed: numberArray(resolution.merges.map((merge) => merge.absorbed)),
    mergeEvidence: numberArray(resolution.merges.map((merge) => merge.evidence)),
    traitProfiles: numberArray(traits.map((trait) => trait.profile)),
    traitKeys: textArray(traits.map((trait) => trait.key)),
    traitValues: textArray(traits.map((trait) => trait.value)),
    traitAt: numberArray(traits.map((trait) => seconds(trait.at))),
    words: textArray(words.map((one) => one.word)),
    wordProfiles: numberArray(words.map((one) => one.profile)),
  };
}

export function touchpointParameters(decision: Decision) {
  const byId = (a: TouchpointRow, b: TouchpointRow) => (a.item.id < b.item.id ? -1 : 1);
  const inserts = decision.rows.filter((row) => row.expected === null).sort(byId);
  const updates = decision.rows.filter((row) => row.expected !== null).sort(byId);
  const conversations = conversationsOf(inserts);
  return {
    ...columnArrays('t', touchpointColumns, inserts),
    ...columnArrays('u', changeableColumns, updates),
    u_id: numberArray(updates.map((row) => row.item.id)),
    u_old_version: numberArray(updates.map((row) => row.expected?.version ?? null)),
    u_old_hash: numberArray(updates.map((row) => row.expected?.hash ?? null)),
    decisive: numberArray(inserts.filter((row) => row.isDecisive).map((row) => row.item.id)),
    messageIds: numberArray(decision.messages.map((message) => message.touchpoint)),
    messageVersions: numberArray(decision.messages.map((message) => message.version)),
    messageHashes: numberArray(decision.messages.map((message) => message.hash)),
    messages: jsons(decision.messages.map((message) => JSON.stringify(message.message))),
    conversationNames: JSON.stringify(
      Object.fromEntries(conversations.map((one) => [hyphenated(one.id), [one.source, one.externalId]])),
    ),
  };
}

/** What subscribers learn of the batch; null when nothing was stored. */
export function eventOf(decision: Decision, backfill: boolean): TouchpointsRecorded | null {
  const profiles = new Set<number>(decision.rows.map((row) => row.profile));
  for (const trait of decision.traits) profiles.add(trait.profile);
  for (const merge of decision.resolution.merges) profiles.add(merge.survivor);
  for (const one of decision.resolution.attached) profiles.add(one.profile);
  for (const row of decision.resolution.ledger.changed) {
    profiles.add(row.profile);
    if (row.before) profiles.add(row.before.owner);
  }
  if (profiles.size === 0) return null;
  const { resolution, traits } = decision;
  const { changed } = resolution.ledger;
  const told = [
    ...[...traits, ...resolution.attached, ...changed].map((one) => one.profile),
    ...changed.flatMap((row) => row.before?.owner ?? []),
  ];
  const joined = [
    ...resolution.merges.flatMap((one) => [one.survivor, one.absorbed]),
    ...resolution.claims.flatMap((one) => [one.a, one.b]),
  ];
  return {
    profiles: [...profiles].map(String),
    merged: [...new Set(decision.resolution.merges.map((merge) => String(merge.survivor)))],
    told: [...new Set(told)].map(String),
    joined: [...new Set(joined)].map(String),
    touchpoints: decision.rows.map((row) => row.item.id),
    updated: decision.rows.filter((row) => row.expected !== null).map((row) => row.item.id),
    issues: decision.rows.filter((row) => row.folded.issue?.externalId).map(issueReference),
    backfill,
  };
}

function issueReference(row: TouchpointRow): IssueReference {
  const issue = row.folded.issue as Reference;
  return {
    id: issue.id,
    source: issue.source,
    externalId: issue.externalId,
    profile: String(row.profile),
    touchpoint: row.item.id,
    occurredAt: new Date(row.folded.occurredAt).toISOString(),
    // The customer sees an issue's subject; what our own people note among themselves she must not.
    subject: row.folded.direction === internal ? null : row.folded.subject,
    topic: row.folded.topic,
  };
}

/** As Postgres writes a uuid. */
function hyphenated(id: string): string {
  return `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`;
}

/** The conversations that these rows belong to, each once. */
export function conversationsOf(rows: readonly TouchpointRow[]): Reference[] {
  const all = rows.map((row) => row.folded.conversation).filter((one) => one !== null);
  return uniqueBy(all, (one) => one.id);
}

/** When each identifier of the batch was named first and last; what was somebody else's then is no sighting of it. */
export function sightings(batch: PreparedBatch, { named }: Decision): Named {
  const first: number[] = [];
  const last: number[] = [];
  batch.items.forEach((item, i) => {
    for (const n of named[i] ?? []) {
      first[n] = Math.min(first[n] ?? item.at, item.at);
      last[n] = Math.max(last[n] ?? item.at, item.at);
    }
  });
  return { first, last };
}

/** The order of the primary key, by bytes as `collate "C"` compares. */
function byIdentifier(batch: PreparedBatch, a: number, b: number): number {
  const [x, y] = [batch.identifiers[a], batch.identifiers[b]];
  if (!x || !y) return 0;
  return x.type.name < y.type.name ? -1 : x.type.name > y.type.name ? 1 : x.value < y.value ? -1 : 1;
}

function uniqueBy<T>(all: readonly T[], key: (one: T) => string): T[] {
  return [...new Map(all.map((one) => [key(one), one])).values()];
}
