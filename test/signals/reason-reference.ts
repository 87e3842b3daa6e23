import { day, type Facts, hour, isContact, isHeld, newestFirst, type Told } from './reference.js';

/** All inbound contacts with a topic that began anew, oldest first: of 180 days, unlike those of the window. */
function occasionsOf(own: readonly Told[]): Told[] {
  return own.filter((one, place) => {
    if (!isContact(one) || one.direction !== 'INBOUND' || one.topic === null) return false;
    const before = own
      .slice(0, place)
      .findLast((other) => other.conversation === one.conversation && other.direction === 'INBOUND');
    return one.conversation === null || before === undefined || one.at - before.at > hour;
  });
}

interface Case {
  readonly group: string;
  /** What the rule named; null where it names what others came about. */
  readonly said: string | null;
  readonly topic: string;
  readonly isHit: boolean;
}

/** What each rule would have said just before each contact, and whether it was right. */
function casesOf(facts: Facts): Case[] {
  const cases: Case[] = [];
  const others = (rule: string, after: string, topic: string) =>
    cases.push({ group: `${rule} ${after}`, said: null, topic, isHit: true });
  const named = (rule: string, said: string, topic: string, isHit = said === topic) =>
    cases.push({ group: `${rule} ${said}`, said, topic, isHit });
  for (const customer of new Set(facts.touchpoints.map((one) => one.customer))) {
    const own = facts.touchpoints
      .filter((one) => one.customer === customer && one.direction !== 'INTERNAL')
      .filter((one) => one.at > facts.now - 180 * day)
      .sort(newestFirst)
      .reverse();
    const occasions = occasionsOf(own);
    for (const [n, one] of occasions.entries()) {
      const topic = one.topic as string;
      const before = own.slice(0, own.indexOf(one));
      const last = occasions[n - 1];
      others('ANY', '', topic);
      if (last && one.at - last.at < 30 * day) others('AFTER', last.topic as string, topic);
      if (before.some(({ kind, at }) => /order/i.test(kind) && one.at - at < 14 * day)) others('ORDER', '', topic);
      if (last && one.at - last.at < 7 * day) named('AGAIN', last.topic as string, topic);
      const issue = facts.issues
        .filter((i) => i.customer === customer && i.topic !== null && i.openedAt < one.at)
        .filter((i) => i.resolvedAt === null || i.resolvedAt > one.at)
        .sort((a, b) => b.openedAt - a.openedAt || (a.id < b.id ? 1 : -1))[0];
      if (issue) named('ISSUE', issue.topic as string, topic);
      const journey = facts.journeys
        .filter((j) => j.customer === customer && j.startedAt < one.at && (j.endedAt === null || j.endedAt > one.at))
        .sort((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1))[0];
      if (journey) {
        const told = facts.touchpoints
          .filter((other) => other.journey === journey.id && other.topic !== null && other.at < one.at)
          .sort(newestFirst)[0];
        const about = told?.topic ?? 'a-return';
        named('JOURNEY', about, topic, about === topic || one.journey === journey.id);
      }
      const calls = before.filter(({ channel }) => channel === 'CALL');
      const given = calls.findLast(
        (other) => other.isAbandoned && other.direction === 'INBOUND' && other.topic !== null,
      );
      const talked = given && calls.some((other) => isHeld(other) && other.at > given.at);
      if (given && !talked && one.at - given.at < 7 * day) named('GIVEN_UP', given.topic as string, topic);
    }
  }
  return cases;
}

/** `rule after topic` → how often the rule was right, in how many cases. */
export function learnedFrom(facts: Facts): Map<string, [number, number]> {
  const cases = casesOf(facts);
  const learned = new Map<string, [number, number]>();
  for (const { group } of cases) {
    const own = cases.filter((other) => other.group === group);
    for (const topic of new Set(own.map((one) => (one.said === null ? one.topic : '')))) {
      const hits = own.filter(({ isHit, said, topic: of }) => isHit && (said !== null || of === topic)).length;
      learned.set(`${group} ${topic}`, [hits, own.length]);
    }
  }
  return learned;
}
