import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SegmentDueService } from '../../src/segments/segment-due.service.js';
import { startTestService, type TestService } from '../setup/service.js';
import '../setup/properties.js';
import { decisionDesk } from './decision-desk.js';
import { segmentDesk } from './segment-desk.js';

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
  await it.service.app.get(SegmentDueService).stop();
});

afterAll(async () => {
  await it?.stop();
});

const { create, record } = segmentDesk(() => it);
const { done, merge, part, present, history } = decisionDesk(() => it);

/** One of four people, as whoever knows her by her own identifier alone would write her down. */
interface Person {
  readonly id: string;
  readonly email: string;
  trait: { readonly isWanted: boolean; readonly at: number } | null;
  decision: { readonly isExclusion: boolean; readonly order: number } | null;
}

const act = fc.record({
  kind: fc.constantFrom('say', 'say', 'add', 'exclude', 'undo', 'merge', 'merge', 'part', 'part'),
  who: fc.nat(3),
  other: fc.nat(3),
  isWanted: fc.boolean(),
});

/**
 * The slow, obvious truth: who is one customer now is whoever the merges that stand join; what was said of a trait last
 * decides, unless a hand decided, the newest among all of the customer.
 */
class Truth {
  readonly merges: { readonly id: string; readonly a: number; readonly b: number; isUndone: boolean }[] = [];

  constructor(readonly people: readonly Person[]) {}

  clusterOf(place: number): number[] {
    const found = new Set([place]);
    for (const one of found) {
      for (const { a, b, isUndone } of this.merges) {
        if (!isUndone && a === one) found.add(b);
        if (!isUndone && b === one) found.add(a);
      }
    }
    return [...found];
  }

  isMember(place: number): boolean {
    const own = this.clusterOf(place).map((one) => this.people[one] as Person);
    const decisions = own.flatMap(({ decision }) => (decision ? [decision] : []));
    const newest = decisions.sort((a, b) => b.order - a.order)[0];
    if (newest) return !newest.isExclusion;
    const traits = own.flatMap(({ trait }) => (trait ? [trait] : []));
    return traits.sort((a, b) => b.at - a.at)[0]?.isWanted ?? false;
  }
}

test('who is a member is as whoever was told everything would say, and her history has no moment twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 8, maxLength: 14 }), async (acts) => {
      const tag = randomUUID();
      const key = await create({ trait: 'life', is: tag });
      const dependent = await create({ not: { segment: key } });
      const people: Person[] = [];
      for (let place = 0; place < 4; place += 1) {
        const email = `${randomUUID()}@example.com`;
        const id = await record({ identifiers: [{ type: 'email', value: email }], kind: 'begins' });
        people.push({ id, email, trait: null, decision: null });
      }
      const truth = new Truth(people);
      let order = 0;
      for (const one of acts) {
        order += 1;
        await live(truth, one, { key, tag, order });
        for (const [place, person] of people.entries()) {
          const keys = (await present(person.id)).map(({ segment }) => segment.key);
          expect(keys.includes(key)).toBe(truth.isMember(place));
          expect(keys.includes(dependent)).toBe(!truth.isMember(place));
        }
      }
      for (const person of people) await expectHistoryWithoutOverlap(person.id, key);
    }),
    { numRuns: 4, endOnFailure: true },
  );
});

async function live(
  truth: Truth,
  { kind, who, other, isWanted }: { kind: string; who: number; other: number; isWanted: boolean },
  { key, tag, order }: { key: string; tag: string; order: number },
): Promise<void> {
  const person = truth.people[who] as Person;
  const cluster = truth.clusterOf(who);
  if (kind === 'say') {
    const at = Date.now() - 100_000 + order;
    await record({
      identifiers: [{ type: 'email', value: person.email }],
      kind: 'says',
      traits: { life: isWanted ? tag : 'other' },
      occurredAt: new Date(at).toISOString(),
    });
    person.trait = { isWanted, at };
  } else if (kind === 'add' || kind === 'exclude') {
    const isExclusion = kind === 'exclude';
    await done(isExclusion ? 'excludeSegmentMember' : 'addSegmentMember', {
      segment: key,
      customerId: person.id,
      reason: 'test',
    });
    for (const place of cluster) (truth.people[place] as Person).decision = null;
    const holder = await canonicalOf(truth, cluster, person.id);
    holder.decision = { isExclusion, order };
  } else if (kind === 'undo' && cluster.some((place) => truth.people[place]?.decision)) {
    await done('undoSegmentDecision', { segment: key, customerId: person.id });
    for (const place of cluster) (truth.people[place] as Person).decision = null;
  } else if (kind === 'merge' && !cluster.includes(other)) {
    const id = await merge(person.id, (truth.people[other] as Person).id);
    truth.merges.push({ id, a: who, b: other, isUndone: false });
  } else if (kind === 'part') {
    const last = truth.merges.filter((one) => !one.isUndone).at(-1);
    if (!last) return;
    await part(last.id);
    last.isUndone = true;
  }
}

/** What is decided of a customer stays with the profile that stands for her then. */
async function canonicalOf(truth: Truth, cluster: readonly number[], id: string): Promise<Person> {
  const { data } = await it.graphql('query ($id: ID!) { customer(id: $id) { id } }', { id });
  const found = cluster.map((place) => truth.people[place] as Person).find((one) => one.id === data.customer.id);
  if (!found) throw new Error('A customer stands under the id of none of her profiles.');
  return found;
}

async function expectHistoryWithoutOverlap(customer: string, key: string): Promise<void> {
  const { data } = await it.graphql('query ($id: ID!) { customer(id: $id) { id mergedIds } }', { id: customer });
  if (data.customer.mergedIds.length > 0) return;
  const spells = (await history(customer, key)).reverse();
  for (const [place, spell] of spells.entries()) {
    const next = spells[place + 1];
    if (next) expect(Date.parse(spell.until ?? '')).toBeLessThanOrEqual(Date.parse(next.since));
    expect(spell.endedBy === null).toBe(spell.until === null);
    expect(Date.parse(spell.memberSince)).toBeLessThanOrEqual(Date.parse(spell.since));
  }
}
