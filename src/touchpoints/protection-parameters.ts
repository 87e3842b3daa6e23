import type { LedgerRow } from '../identity/identifier-ledger.js';
import type { IdentityBrake } from '../identity/identity.events.js';
import type { WriteProtectionName } from '../identity/protection.queries.js';
import type { Resolution } from '../identity/resolution.js';
import type { Claim } from '../identity/resolution-outcome.js';
import { numberArray, textArray } from '../platform/named-sql.js';
import type { Decision } from './decide.js';

const seconds = (time: number) => time / 1000;

/** By place; one that was named only as somebody else's has none. */
type Times = readonly (number | undefined)[];

/** When each identifier of the batch was named first and last. */
export interface Named {
  readonly first: Times;
  readonly last: Times;
}

/** True when the batch does more to identifiers than attach new ones: then the longer statement writes it. */
export function isProtected({ resolution }: Decision): boolean {
  const { ledger, claims, brakes } = resolution;
  return (
    ledger.events.length + claims.length + brakes.length > 0 || ledger.uses.length > 0 || ledger.changed.length > 0
  );
}

export function protectionParameters({ resolution }: Decision, named: Named): Record<WriteProtectionName, unknown> {
  const { ledger } = resolution;
  const changed = ledger.changed.sort(byKey);
  const at = (row: LedgerRow, times: Times) => {
    const time = row.identifier === null ? undefined : times[row.identifier];
    return time === undefined ? null : seconds(time);
  };
  const before = <T>(row: LedgerRow, of: (marks: NonNullable<LedgerRow['before']>) => T) =>
    of(row.before as NonNullable<LedgerRow['before']>);
  const uses = ledger.uses.sort(
    (a, b) => compare(a.type, b.type) || compare(a.value, b.value) || a.profile - b.profile,
  );
  const claims = claimsOf(resolution);
  const alarms = resolution.brakes.map(
    ({ customer, reason, evidence }): IdentityBrake => ({ customer: String(customer), reason, touchpoint: evidence }),
  );
  return {
    changedTypes: textArray(changed.map((row) => row.type.name)),
    changedValues: textArray(changed.map((row) => row.value)),
    changedNamed: numberArray(changed.map((row) => row.identifier !== null)),
    changedProfiles: numberArray(changed.map((row) => row.profile)),
    changedDetached: numberArray(changed.map((row) => row.isDetached)),
    changedSince: numberArray(changed.map((row) => (row.since === null ? null : seconds(row.since)))),
    changedVerifications: numberArray(changed.map((row) => Number(row.isVerified))),
    changedQuarantined: numberArray(changed.map((row) => row.isQuarantined)),
    changedShared: numberArray(changed.map((row) => row.isShared)),
    changedRivals: textArray(changed.map((row) => textArray(row.rivals))),
    changedFirst: numberArray(changed.map((row) => at(row, named.first))),
    changedLast: numberArray(changed.map((row) => at(row, named.last))),
    changedOldProfiles: numberArray(changed.map((row) => before(row, (marks) => marks.owner))),
    changedOldDetached: numberArray(changed.map((row) => before(row, (marks) => marks.isDetached))),
    changedOldQuarantined: numberArray(changed.map((row) => before(row, (marks) => marks.isQuarantined))),
    changedOldShared: numberArray(changed.map((row) => before(row, (marks) => marks.isShared))),
    changedOldRivals: numberArray(changed.map((row) => before(row, (marks) => marks.rivals.length))),
    useTypes: textArray(uses.map((use) => use.type)),
    useValues: textArray(uses.map((use) => use.value)),
    useProfiles: numberArray(uses.map((use) => use.profile)),
    useCounts: numberArray(uses.map((use) => use.uses)),
    useLast: numberArray(uses.map((use) => seconds(use.lastSeen))),
    toldTypes: textArray(ledger.events.map((event) => event.type)),
    toldValues: textArray(ledger.events.map((event) => event.value)),
    toldActs: textArray(ledger.events.map((event) => event.act)),
    toldReasons: textArray(ledger.events.map((event) => event.reason)),
    toldEvidence: numberArray(ledger.events.map((event) => event.evidence)),
    toldFrom: numberArray(ledger.events.map((event) => event.from)),
    toldTo: numberArray(ledger.events.map((event) => event.to)),
    claimA: numberArray(claims.map((claim) => claim.a)),
    claimB: numberArray(claims.map((claim) => claim.b)),
    claimFirst: numberArray(claims.map((claim) => seconds(claim.first))),
    claimLast: numberArray(claims.map((claim) => seconds(claim.last))),
    claimTimes: numberArray(claims.map((claim) => claim.times)),
    claimEvidence: numberArray(claims.map((claim) => claim.evidence)),
    alarms: textArray(alarms.map((alarm) => JSON.stringify(alarm))),
  };
}

/** Each pair once, in the order of the key. */
function claimsOf({ claims }: Resolution) {
  const pairs = new Map<string, Claim & { first: number; last: number; times: number }>();
  for (const claim of claims) {
    const key = `${claim.a} ${claim.b}`;
    const known = pairs.get(key) ?? { ...claim, first: claim.at, last: claim.at, times: 0 };
    pairs.set(key, {
      ...known,
      first: Math.min(known.first, claim.at),
      last: Math.max(known.last, claim.at),
      times: known.times + 1,
    });
  }
  return [...pairs.values()].sort((x, y) => x.a - y.a || x.b - y.b);
}

/** The order of the primary key, by bytes as `collate "C"` compares. */
function byKey(a: LedgerRow, b: LedgerRow): number {
  return compare(a.type.name, b.type.name) || compare(a.value, b.value);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
