import { DateTime } from 'luxon';
import { day, hour, type Told, type World } from './analytics-life.js';

/** What an analysis is asked of: the arguments as the API takes them. */
export interface Filter {
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly channels?: readonly string[];
  readonly topics?: readonly string[];
  readonly queues?: readonly string[];
  readonly agentIds?: readonly string[];
  readonly segment?: 'gold';
  readonly blueprint?: 'return';
}

export interface Grouping {
  readonly by: string | null;
  readonly bucket: string | null;
  readonly first: number;
}

const week = 7 * day;

/** Lists of those that have the same name. */
export function together<T, K>(all: readonly T[], nameOf: (one: T) => K): Map<K, T[]> {
  const lists = new Map<K, T[]>();
  for (const one of all) lists.set(nameOf(one), [...(lists.get(nameOf(one)) ?? []), one]);
  return lists;
}

export const isSelfServed = (t: { channel: string }) => t.channel === 'WEB' || t.channel === 'APP';
export const isContact = (t: { channel: string }) => !isSelfServed(t);

/** Linear interpolation between the values on either side. */
export function percentile(values: readonly number[], part: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const place = part * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
  return low + (high - low) * (place - Math.floor(place));
}

export function seconds(values: readonly (number | null)[]) {
  const told = values.filter((value) => value !== null);
  return {
    count: told.length,
    average: told.length === 0 ? null : told.reduce((sum, value) => sum + value, 0) / told.length,
    median: percentile(told, 0.5),
    p90: percentile(told, 0.9),
  };
}

export const share = (count: number, of: number) => ({ count, of });

type Placed = Pick<Told, 'at' | 'topic' | 'queue' | 'customer'> & {
  channel: string | null;
  agent: string | null;
  journey: string | null;
};

/** Those that the filter lets pass, of the span itself. */
export function passes(world: World, filter: Filter, t: Placed): boolean {
  const isOneOf = (list: readonly string[] | undefined, value: string | null) =>
    list === undefined || (value !== null && list.includes(value));
  return (
    t.at >= Date.parse(filter.from) &&
    t.at < Date.parse(filter.to) &&
    isOneOf(filter.channels, t.channel) &&
    isOneOf(filter.topics, t.topic) &&
    isOneOf(filter.queues, t.queue) &&
    isOneOf(filter.agentIds, t.agent) &&
    (filter.segment === undefined || world.gold.has(t.customer)) &&
    (filter.blueprint === undefined || (t.journey !== null && world.returns.has(t.journey)))
  );
}

export const shown = (world: World) => world.touchpoints.filter((t) => t.direction !== 'INTERNAL');

/** Rows put together by key and piece of time, in the order of the API. */
export function groups<T extends Placed, F>(
  filter: Filter,
  { by, bucket, first }: Grouping,
  rows: readonly T[],
  figures: (rows: readonly T[]) => F,
) {
  const local = (t: T) => DateTime.fromMillis(t.at, { zone: filter.timeZone });
  const keyOf = (t: T): string | null => {
    if (by === 'CHANNEL') return t.channel;
    if (by === 'QUEUE') return t.queue;
    if (by === 'AGENT') return t.agent;
    if (by === 'TOPIC') return t.topic;
    return by === null ? null : local(t).toFormat('HH');
  };
  const bucketOf = (t: T) =>
    bucket === null
      ? null
      : local(t)
          .startOf(bucket.toLowerCase() as 'day')
          .toMillis();
  const byCount = [...together(rows, keyOf)].sort(
    ([a, these], [b, those]) => those.length - these.length || (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1),
  );
  const own = new Set(byCount.slice(0, first).map(([key]) => key));
  const isRest = (t: T) => by !== null && !own.has(keyOf(t));
  const all = together(rows, (t) => JSON.stringify([isRest(t) ? null : keyOf(t), isRest(t), bucketOf(t)]));
  return new Map([...all].map(([group, these]) => [group, figures(these)]));
}

export function service(world: World, filter: Filter, grouping: Grouping) {
  const rows = shown(world).filter((t) => passes(world, filter, t));
  return groups(filter, grouping, rows, (all) => {
    const contacts = all.filter(isContact);
    const inbound = contacts.filter((t) => t.direction === 'INBOUND');
    return {
      touchpoints: all.length,
      contacts: contacts.length,
      abandonment: share(inbound.filter((t) => t.isAbandoned).length, inbound.length),
      wait: seconds(contacts.map((t) => t.wait)),
      hold: seconds(contacts.map((t) => t.hold)),
      handle: seconds(contacts.map((t) => t.handle)),
      sentiment: meanOf(contacts.map((t) => t.sentiment).filter((one) => one !== null)),
    };
  });
}

export function isOccasion(all: readonly Told[], t: Told): boolean {
  if (!isContact(t) || t.direction !== 'INBOUND') return false;
  const before = all.filter((o) => o.conversation === t.conversation && o.customer === t.customer && isBefore(o, t));
  const spoke = before.filter((o) => isContact(o) && o.direction === 'INBOUND').at(-1);
  return t.conversation === null || spoke === undefined || t.at - spoke.at > hour;
}

export const isBefore = (a: Told, b: Told) => a.at < b.at || (a.at === b.at && a.id < b.id);

export function resolution(world: World, filter: Filter, grouping: Grouping) {
  const all = shown(world);
  const occasions = all.filter((t) => isOccasion(all, t));
  const about = (t: Told) => occasions.filter((o) => o.customer === t.customer && o.topic === t.topic && o !== t);
  const contacts = all
    .filter((t) => isContact(t) && passes(world, filter, t))
    .map((t) => {
      const thread = all.filter(
        (o) =>
          t.conversation !== null && o.conversation === t.conversation && o.customer === t.customer && isContact(o),
      );
      const isNew = occasions.includes(t);
      const earlier = thread.filter((o) => isBefore(o, t) && o.agent !== null).at(-1);
      const answer = thread.find((o) => isBefore(t, o) && o.direction === 'OUTBOUND');
      const response =
        t.conversation === null
          ? t.isAbandoned
            ? null
            : t.wait
          : answer && answer.at - t.at <= week
            ? (answer.at - t.at) / 1000
            : null;
      const isAsked = isNew && t.topic !== null;
      return {
        ...t,
        issue: null,
        isNew,
        response: isNew ? response : null,
        isTransfer:
          t.conversation === null
            ? t.outcome === 'transferred'
            : t.agent !== null && earlier !== undefined && earlier.agent !== t.agent && t.at - earlier.at <= week,
        isAsked,
        isRepeat: isAsked && about(t).some((o) => isBefore(o, t) && t.at - o.at <= week),
        isFollowed: isAsked && about(t).some((o) => isBefore(t, o) && o.at - t.at <= week),
      };
    });
  const issues = world.issues
    .map((issue) => {
      const first = world.touchpoints.find((t) => t.issue === issue.id);
      return {
        customer: issue.customer,
        at: issue.openedAt,
        topic: issue.topic ?? first?.topic ?? null,
        queue: issue.queue ?? first?.queue ?? null,
        channel: first?.channel ?? null,
        agent: first?.agent ?? null,
        journey: first?.journey ?? null,
        issue,
      };
    })
    .filter((issue) => passes(world, filter, issue));
  return groups(filter, grouping, [...contacts, ...issues], (rows) => {
    const talked = rows.filter((row) => row.issue === null) as typeof contacts;
    const opened = (rows.filter((row) => row.issue !== null) as typeof issues).map(({ issue }) => issue);
    const asked = talked.filter((t) => t.isAsked);
    const ripe = asked.filter((t) => !t.isRepeat && t.at <= world.now - week);
    const settled = opened.filter((issue) => issue.resolvedAt !== null);
    return {
      occasions: talked.filter((t) => t.isNew).length,
      firstResponse: seconds(talked.map((t) => t.response)),
      repeats: share(asked.filter((t) => t.isRepeat).length, asked.length),
      firstContactResolution: share(ripe.filter((t) => !t.isFollowed).length, ripe.length),
      transfers: share(talked.filter((t) => t.isTransfer).length, talked.length),
      resolved: share(settled.length, opened.length),
      resolution: seconds(settled.map((issue) => ((issue.resolvedAt as number) - issue.openedAt) / 1000)),
    };
  });
}

export function selfService(world: World, filter: Filter, grouping: Grouping) {
  const all = shown(world);
  const after = (t: Told, ms: number) =>
    all.filter((o) => o.customer === t.customer && isBefore(t, o) && o.at - t.at <= ms);
  const visits = all.filter((t) => isSelfServed(t) && passes(world, filter, t) && !after(t, hour).some(isSelfServed));
  return groups(filter, grouping, visits, (rows) => {
    const ripe = rows.filter((t) => t.at <= world.now - day);
    const people = (t: Told) => after(t, day).filter((o) => isContact(o) && o.direction === 'INBOUND');
    return {
      visits: rows.length,
      containment: share(ripe.filter((t) => people(t).length === 0).length, ripe.length),
      leakToPhone: share(ripe.filter((t) => people(t).some((o) => o.channel === 'CALL')).length, ripe.length),
    };
  });
}

export interface PathAsked {
  readonly of: 'CUSTOMER' | 'CONVERSATION' | 'ISSUE' | 'JOURNEY';
  readonly by: 'CHANNEL' | 'KIND' | 'TOPIC' | 'QUEUE' | 'AGENT';
  readonly gapHours: number;
}

function counted<T>(all: readonly T[], nameOf: (one: T) => unknown) {
  return together(all, (one) => JSON.stringify(nameOf(one)));
}

/** The ways of cases: each a list of steps with the times at which they began. */
export function paths(world: World, filter: Filter, { of, by, gapHours }: PathAsked) {
  const stepOf = (t: Told) =>
    ({ CHANNEL: t.channel, KIND: t.kind, TOPIC: t.topic, QUEUE: t.queue, AGENT: t.agent })[by];
  const caseOf = (t: Told) =>
    ({ CUSTOMER: t.customer, CONVERSATION: t.conversation, ISSUE: t.issue, JOURNEY: t.journey })[of];
  const rows = shown(world).filter((t) => passes(world, filter, t) && stepOf(t) !== null && caseOf(t) !== null);
  const cases: Told[][] = [];
  for (const own of together(rows, caseOf).values()) {
    let run: Told[] = [];
    for (const t of own) {
      const last = run.at(-1);
      if (of === 'CUSTOMER' && last && t.at - last.at > gapHours * hour) {
        cases.push(run);
        run = [];
      }
      run.push(t);
    }
    cases.push(run);
  }
  const ways = cases.map((run) => ({
    seconds: ((run.at(-1) as Told).at - (run[0] as Told).at) / 1000,
    steps: run
      .filter((t, n) => n === 0 || stepOf(t) !== stepOf(run[n - 1] as Told))
      .map((t) => ({ step: stepOf(t) as string, at: t.at })),
  }));
  const moves = ways.flatMap(({ steps }) =>
    steps.map((one, n) => ({ ...one, n: n + 1, before: steps[n - 1], next: steps[n + 1] })),
  );
  const between = moves.filter((move) => move.next !== undefined);
  const names = new Set(moves.map((move) => move.step));
  const count = (test: (step: string, way: (typeof ways)[number]) => boolean) => (step: string) =>
    ways.filter((way) => test(step, way)).length;
  const timesIn = (step: string, way: (typeof ways)[number]) => way.steps.filter((one) => one.step === step).length;
  return {
    cases: ways.length,
    throughput: seconds(ways.map((way) => way.seconds)),
    variants: new Map(
      [...counted(ways, (way) => [way.steps.slice(0, 20).map((one) => one.step), way.steps.length > 20])].map(
        ([name, all]) => [name, { cases: all.length, throughput: seconds(all.map((way) => way.seconds)) }],
      ),
    ),
    steps: new Map(
      [...names].map((step) => [
        step,
        {
          times: moves.filter((move) => move.step === step).length,
          cases: count((one, way) => timesIn(one, way) > 0)(step),
          starts: count((one, way) => way.steps[0]?.step === one)(step),
          ends: count((one, way) => way.steps.at(-1)?.step === one)(step),
          loopedCases: count((one, way) => timesIn(one, way) > 1)(step),
        },
      ]),
    ),
    transitions: new Map(
      [...counted(between, (move) => [move.step, move.next?.step])].map(([name, all]) => [
        name,
        seconds(all.map((move) => ((move.next as { at: number }).at - move.at) / 1000)),
      ]),
    ),
    links: new Map(
      [
        ...counted(
          moves.filter((move) => move.n <= 10),
          (move) => [move.n, move.step, move.next?.step ?? null],
        ),
      ].map(([name, all]) => [name, all.length]),
    ),
    returns: new Map(
      [
        ...counted(
          between.filter((move) => move.before?.step === move.next?.step),
          (move) => [move.next?.step, move.step],
        ),
      ].map(([name, all]) => [name, all.length]),
    ),
  };
}

function meanOf(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { count: values.length, mean: values.length === 0 ? null : mean };
}

function correlationOf(pairs: readonly (readonly [number, number])[]) {
  const mean = (place: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[place], 0) / pairs.length;
  const [x, y] = [mean(0), mean(1)];
  const sum = (of: (a: number, b: number) => number) => pairs.reduce((all, [a, b]) => all + of(a - x, b - y), 0);
  const spread = Math.sqrt(sum((a) => a * a) * sum((_, b) => b * b));
  return { count: pairs.length, r: pairs.length === 0 || spread < 1e-12 ? null : sum((a, b) => a * b) / spread };
}

export function bothSides(world: World, filter: Filter, grouping: Grouping, kind: string) {
  const rows = world.answers
    .filter((one) => one.kind === kind)
    .map((one) => ({
      ...one,
      channel: one.about?.channel ?? one.channel,
      topic: one.about?.topic ?? null,
      queue: one.about?.queue ?? null,
      agent: one.agent ?? one.about?.agent ?? null,
      journey: one.journey ?? one.about?.journey ?? null,
      agents: new Set(
        world.touchpoints
          .filter((t) => t.conversation !== null && t.conversation === (one.conversation ?? one.about?.conversation))
          .flatMap((t) => t.agent ?? []),
      ),
    }))
    .filter((one) => passes(world, filter, one));
  const [good, bad] = kind === 'NPS' ? [0.9, 0.6] : [0.75, 0.25];
  return groups(filter, grouping, rows, (all) => {
    const content = all.filter((one) => one.score > good - 1e-6).length;
    const discontent = all.filter((one) => one.score < bad + 1e-6).length;
    const scores = (list: typeof rows) => meanOf(list.map((one) => one.score));
    const together = (told: (about: Told) => number | null) =>
      correlationOf(
        all.flatMap((one) => {
          const other = one.about && told(one.about);
          return other === null ? [] : [[one.score, other] as const];
        }),
      );
    const thought = (one: (typeof rows)[number], isSelf: boolean): number | null => {
      const thread = one.conversation ?? one.about?.conversation ?? null;
      const of = world.touchpoints.filter(
        (t) => t.id === one.about?.id || (thread !== null && t.conversation === thread),
      );
      return meanOf(
        world.evaluations
          .filter((e) => e.isSelf === isSelf && of.some((t) => t.id === e.touchpoint))
          .filter((e) => one.agent === null || e.agent === one.agent)
          .map((e) => e.part),
      ).mean;
    };
    const beliefs = all.map((one) => ({ self: thought(one, true), coach: thought(one, false), customer: one.score }));
    const believed = (of: (one: (typeof beliefs)[number]) => readonly [number | null, number | null]) =>
      meanOf(
        beliefs.flatMap((one) => {
          const [a, b] = of(one);
          return a === null || b === null ? [] : [a - b];
        }),
      );
    return {
      beliefs: {
        agents: believed(({ self }) => [self, 0]),
        coaches: believed(({ coach }) => [coach, 0]),
        agentsMinusCustomers: believed(({ self, customer }) => [self, customer]),
        coachesMinusCustomers: believed(({ coach, customer }) => [coach, customer]),
        agentsMinusCoaches: believed(({ self, coach }) => [self, coach]),
      },
      score: scores([...all]),
      content: share(content, all.length),
      discontent: share(discontent, all.length),
      nps: kind === 'NPS' ? (100 * (content - discontent)) / all.length : null,
      scoreWhenPassedOn: scores(all.filter((one) => one.agents.size > 1)),
      scoreWhenNot: scores(all.filter((one) => one.agents.size <= 1)),
      withWait: together((about) => about.wait),
      withHandle: together((about) => about.handle),
      withSentiment: together((about) => about.sentiment),
    };
  });
}

export function retention(world: World, filter: Filter, bucket: string) {
  const piece = (at: number) =>
    DateTime.fromMillis(at, { zone: filter.timeZone })
      .startOf(bucket.toLowerCase() as 'day')
      .toMillis();
  const all = shown(world);
  const first = new Map<string, number>();
  for (const t of all) if (!first.has(t.customer)) first.set(t.customer, t.at);
  const inSpan = [...first].filter(
    ([customer, at]) =>
      at >= Date.parse(filter.from) &&
      at < Date.parse(filter.to) &&
      (filter.segment === undefined || world.gold.has(customer)),
  );
  return [...together(inSpan, ([, at]) => piece(at))]
    .sort(([a], [b]) => a - b)
    .map(([cohortAt, members]) => {
      const names = new Set(members.map(([customer]) => customer));
      const active = all.filter((t) => names.has(t.customer) && passes(world, filter, t));
      return {
        cohortAt,
        customers: names.size,
        periods: [...together(active, (t) => piece(t.at))]
          .sort(([a], [b]) => a - b)
          .map(([bucketAt, list]) => ({
            bucketAt,
            active: share(new Set(list.map((t) => t.customer)).size, names.size),
          })),
      };
    });
}
