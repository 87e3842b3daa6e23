import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reasonRules } from '../../src/signals/reason-rules.js';
import { thresholdsOf } from '../../src/signals/signal-thresholds.js';
import { signalKinds } from '../../src/signals/signals.types.js';
import { Random } from '../setup/random.js';
import { startTestService, type TestService } from '../setup/service.js';
import { RandomLife, standSteps } from './random-life.js';
import { learnedFrom } from './reason-reference.js';
import { continuityOf, type Facts, metricsOf } from './reference.js';
import { type SignalSeen, signalsOf } from './signal-reference.js';

const seeds = Array.from({ length: Number(process.env['SIGNAL_RUNS'] ?? 6) }, (_, n) => n + 1);

let it: TestService;
/** Kinds of signal that occurred: what never does is not compared. */
const seen = new Set<string>();
const ruled = new Set<string>();

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

const metricFields = `occasions30d repeatOccasions30d longestWaitSeconds30d abandonedContacts30d transfers30d
  selfServiceThenContact30d carriedOver30d startedOver30d storyTold30d effortScore30d attitudeScore attitude firstContactAt
  daysSinceFirstContact`;

const question = (asOf: string) => `query ($id: ID!) { customer(id: $id${asOf}) {
  metrics { ${metricFields} }
  signals { kind severity message since touchpointIds issueId journeyId }
  touchpoints(first: 500) { nodes { id continuity { kind by changes fromTouchpointId fromChannel } } }
} }`;

const outer = (id: string) => `tp_${id.replaceAll('-', '')}`;

const thresholds = thresholdsOf({
  longWaitSeconds: 900,
  repeatOccasions: 2,
  storyTold: 2,
  negativeSentiment: -0.1,
  callBackDays: 30,
});

/** Without an order that two signals of one instant could have either way. */
const sorted = (signals: readonly SignalSeen[]) =>
  [...signals].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** All that the service says of a customer against what the reference says. */
async function compare(life: RandomLife, facts: Facts, asOf = ''): Promise<void> {
  for (const id of await life.customers()) {
    const { customer } = await life.ask(question(asOf), { id: `cus_${id}` });
    const { firstContactAt, ...metrics } = customer.metrics;
    expect({ ...metrics, firstContactAt: firstContactAt && Date.parse(firstContactAt) }).toEqual(metricsOf(facts, id));
    const signals = customer.signals.map((one: { since: string }) => ({ ...one, since: Date.parse(one.since) }));
    const expected = signalsOf(facts, id, thresholds, standSteps);
    expect(sorted(signals)).toEqual(sorted(expected));
    for (const { kind } of expected) seen.add(kind);
    const answered = new Map(
      customer.touchpoints.nodes.map((one: { id: string; continuity: object | null }) => [one.id, one.continuity]),
    );
    const own = facts.touchpoints.filter((one) => one.customer === id);
    expect(answered.size).toBe(Math.min(500, own.length));
    for (const one of own) {
      const change = continuityOf(facts, one);
      expect(answered.get(outer(one.id)), one.id).toEqual(
        change && {
          kind: change.by === null ? 'STARTED_OVER' : 'CARRIED_OVER',
          by: change.by,
          changes: change.changes,
          fromTouchpointId: outer(change.from.id),
          fromChannel: change.from.channel,
        },
      );
    }
  }
}

describe('figures, continuity and signals', () => {
  test.each(seeds)(
    'are what a slow, obvious count comes to, whoever is merged and taken apart (seed %i)',
    async (seed) => {
      const life = await RandomLife.begin(it, new Random(seed), 5);
      await life.tell(80);
      await life.act(40);
      await life.stand();
      await life.threshold(thresholds);
      await compare(life, await life.facts());
      for (const step of ['merge', 'merge', 'tell', 'undo', 'merge', 'undo']) {
        if (step === 'merge') await life.mergeTwo();
        if (step === 'undo') await life.undoOne();
        if (step === 'tell') await life.tell(20);
        await compare(life, await life.facts());
      }
      const counted = await life.learned();
      expect(counted).toEqual(learnedFrom(await life.facts()));
      for (const rule of counted.keys()) ruled.add(rule.split(' ')[0] as string);
      await compare(life, await life.facts(), ', asOf: "2999-01-01T00:00:00Z"');
    },
  );

  test('know every kind of signal, and every rule for reasons', () => {
    expect([...seen].sort()).toEqual([...signalKinds].sort());
    expect([...ruled].sort()).toEqual([...reasonRules].sort());
  });

  test('rest on the newest 200 touchpoints of 30 days of somebody who has more', async () => {
    const life = await RandomLife.begin(it, new Random(77), 1);
    await life.tell(330);
    await life.threshold(thresholds);
    await compare(life, await life.facts());
  });
});
