import { day, type Facts, isContact, metricsOf, type Told, windowOf } from '../signals/reference.js';
import type { World } from './rule-interpreter.js';

/** A figure of a customer, from the slow references; null where it says nothing. */
export function metricIn(metric: string, world: World, now: number): number | null {
  const facts = factsOf(world, now);
  const figures = { ...activityOf(facts), ...metricsOf(facts, 'she') } as Record<string, unknown>;
  const figure = figures[metric];
  if (figure === null || typeof figure === 'number') return figure;
  throw new Error(`There is no figure ${metric}.`);
}

function factsOf(world: World, now: number): Facts {
  const touchpoints = world.touchpoints.map(
    (one, place): Told => ({
      ...one,
      id: String(place),
      customer: 'she',
      endedAt: null,
      outcome: null,
      journey: null,
      issue: null,
    }),
  );
  return { now, touchpoints, acts: [], openings: [], marks: [], issues: [], journeys: [] };
}

function activityOf(facts: Facts) {
  const window = windowOf(facts, 'she');
  const contacts = window.filter(isContact);
  const asking = contacts.filter(({ direction, topic }) => direction === 'INBOUND' && topic !== null);
  return {
    contacts7d: contacts.filter(({ at }) => at > facts.now - 7 * day).length,
    contacts30d: contacts.length,
    channelsUsed30d: new Set(window.map(({ channel }) => channel)).size,
    channelSwitches30d: window.filter((one, place) => place > 0 && window[place - 1]?.channel !== one.channel).length,
    repeatContacts30d: asking.filter((one, place) => {
      const before = asking.slice(place + 1).find(({ topic }) => topic === one.topic);
      return before !== undefined && one.at - before.at <= 7 * day;
    }).length,
    averageWaitSeconds30d: mean(
      contacts.flatMap(({ wait }) => wait ?? []),
      1,
    ),
    averageSentiment30d: mean(
      window.flatMap(({ sentiment }) => sentiment ?? []),
      3,
    ),
  };
}

/** Halves go away from zero. */
function mean(values: readonly number[], digits: number): number | null {
  if (values.length === 0) return null;
  const raised = (values.reduce((sum, one) => sum + one, 0) / values.length) * 10 ** digits;
  return (Math.sign(raised) * Math.floor(Math.abs(raised) + 0.5 + 1e-9)) / 10 ** digits;
}
