import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import type { Definition } from '../journeys/blueprint.js';
import { definitionsOf, versionKey } from '../journeys/definitions.js';
import { Refusal } from '../platform/refusal.js';
import { Analyses } from './analyses.service.js';
import { share } from './confidence.js';
import { type ConformanceRow, conformance, type MoveRow, versionsIn } from './conformance.queries.js';
import type { Conformance, Deviation } from './conformance.types.js';
import { stepsBetween } from './deviations.js';
import type { Question } from './question.js';

const deviationsMax = 500;

/** Holds journeys against their blueprints: the database counts, the graph of the blueprint says what a move means. */
@Injectable()
export class Conformances {
  constructor(private readonly analyses: Analyses) {}

  async find(caller: Caller, question: Question): Promise<Conformance> {
    requireJourneysOnly(question);
    return this.analyses.run(caller, question, async (db, span) => {
      const blueprint = span.blueprint as string;
      const versions = await versionsIn(db, span, blueprint);
      const definitions = await definitionsOf(
        db,
        span.workspace,
        versions.map((version) => ({ blueprint, version })),
      );
      const byVersion = new Map(
        versions.map((version) => [version, definitions.get(versionKey({ blueprint, version })) as Definition]),
      );
      return conformanceOf(await conformance(db, span, blueprint), byVersion);
    });
  }
}

function requireJourneysOnly({ blueprint, channels, topics, queues, agents }: Question): void {
  if (blueprint === null) {
    throw new Refusal('INPUT_INVALID', 'Name the blueprint that journeys are held against.', {
      field: 'filter.blueprint',
    });
  }
  const others = Object.entries({ channels, topics, queues, agentIds: agents }).find(([, value]) => value !== null);
  if (!others) return;
  throw new Refusal('INPUT_INVALID', 'Journeys are told apart by span, blueprint and segment only.', {
    field: `filter.${others[0]}`,
  });
}

/** Latest version first. */
function conformanceOf(row: ConformanceRow, definitions: ReadonlyMap<number, Definition>): Conformance {
  const deviations = row.moves.map((move) => deviationOf(move, definitions.get(move.version)));
  const skipped = new Map<string, number>();
  for (const { skipped: steps, times } of deviations) {
    for (const step of steps) skipped.set(step, (skipped.get(step) ?? 0) + times);
  }
  const order = [...new Set([...definitions.values()].flatMap(({ steps }) => steps.map((step) => step.key)))];
  const found = new Map(row.steps.map((step) => [step.step, step]));
  const part = (count: number) => share(count, row.journeys);
  return {
    journeys: row.journeys,
    conforming: part(row.conforming),
    deviating: part(row.deviating),
    repeating: part(row.repeating),
    slow: part(row.slow),
    completed: part(row.completed),
    deviations: deviations.slice(0, deviationsMax),
    deviationCount: deviations.length,
    steps: order.map((step) => {
      const known = found.get(step) ?? { ...unseen, step };
      return { ...known, skipped: skipped.get(step) ?? 0, tooSlow: share(known.slow, known.expected) };
    }),
  };
}

/** A step that no journey came to. */
const unseen = {
  times: 0,
  journeys: 0,
  repeatedIn: 0,
  stay: { count: 0, average: null, median: null, p90: null },
  expected: 0,
  slow: 0,
  standing: 0,
  stuck: 0,
  abandoned: 0,
};

function deviationOf(move: MoveRow, definition: Definition | undefined): Deviation {
  const between = definition ? stepsBetween(definition.steps, move.from, move.to) : null;
  return { ...move, skipped: between ?? [], isOutOfOrder: between === null };
}
