import type { Change } from './change.js';
import type { Located } from './change.queries.js';

/** A change of which it is known whose it is. */
export interface LocatedChange extends Change {
  readonly profile: string;
  /** What followers of it follow: `customer:<profile>`, `issue:<id>`, `journey:<id>`. */
  readonly topics: readonly string[];
}

/** Told of the customer as a whole: once a row is enough, however many of her profiles it names. */
const ofCustomer: ReadonlySet<string> = new Set(['CUSTOMER_UPDATED', 'IDENTITY_CHANGED', 'SEGMENTS_CHANGED']);

/**
 * Says of changes whose they are now. What is gone since is left out. Followers of a customer follow any of her
 * profiles, so that they go on after each merge and each parting.
 */
export function locatedChanges(changes: readonly Change[], located: Located): LocatedChange[] {
  const told = new Set<string>();
  const customerTopics = new Map<string, readonly string[]>();
  return changes.flatMap((change) => {
    const entity = located.entities[change.touchpoint ?? change.issue ?? ''];
    const profile = change.profile ?? entity?.profile;
    const customer = profile === undefined ? undefined : located.customers[profile];
    if (profile === undefined || customer === undefined) return [];
    if (ofCustomer.has(change.kind)) {
      const once = `${change.place.transaction} ${change.place.id} ${change.kind} ${customer}`;
      if (told.has(once)) return [];
      told.add(once);
    }
    let topics = customerTopics.get(customer);
    if (!topics) {
      topics = (located.members[customer] ?? []).map((member) => `customer:${member}`);
      customerTopics.set(customer, topics);
    }
    const issue = change.issue ?? entity?.issue;
    const journey = change.journey ?? entity?.journey;
    const others = [...(issue ? [`issue:${issue}`] : []), ...(journey ? [`journey:${journey}`] : [])];
    return [{ ...change, profile, topics: others.length > 0 ? [...topics, ...others] : topics }];
  });
}
