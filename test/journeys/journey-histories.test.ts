import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { touchpointId } from '../../src/touchpoints/touchpoint-check.js';
import { startTestService, type TestService } from '../setup/service.js';
import { journeyDesk } from './journey-desk.js';
import { JourneyModel, type ModelAct, modelBlueprint, type Shown } from './journey-model.js';

let it: TestService;
let now = 0;
const desk = journeyDesk(() => it);
const hour = 3_600_000;
const historiesMax = Number(process.env['JOURNEY_HISTORIES'] ?? 25);

beforeAll(async () => {
  it = await startTestService();
  await desk.create('model', modelBlueprint);
  await desk.setTime(() => new Date(now));
});

afterAll(() => it?.stop());

const device = fc.constantFrom('phone', 'laptop');
/** What may happen, in any order and number. */
const happening = fc.oneof(
  { arbitrary: fc.record({ does: fc.constant('read' as const), device }), weight: 3 },
  {
    arbitrary: fc.record({
      does: fc.constant('advance' as const),
      device,
      to: fc.constantFrom('a', 'b', 'b', 'c', 'end', null),
      x: fc.option(fc.integer({ min: 0, max: 9 })),
      twice: fc.boolean(),
    }),
    weight: 6,
  },
  {
    arbitrary: fc.record({
      does: fc.constantFrom(
        'pause' as const,
        'pause' as const,
        'cancel' as const,
        'resume' as const,
        'resume' as const,
      ),
      device,
    }),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      does: fc.constant('touchpoint' as const),
      owner: fc.constantFrom('own' as const, 'other' as const),
      kind: fc.constantFrom('go.b' as const, 'go.b' as const, 'go.c' as const, 'go.c' as const, 'done' as const),
      hoursAgo: fc.integer({ min: 0, max: 400 }),
    }),
    weight: 5,
  },
  { arbitrary: fc.record({ does: fc.constant('repeat' as const), which: fc.nat() }), weight: 2 },
  { arbitrary: fc.record({ does: fc.constant('join or part' as const) }), weight: 4 },
  { arbitrary: fc.record({ does: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 300 }) }), weight: 4 },
);

type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

const merge = (survivorId: string, otherId: string) =>
  it.graphql('mutation ($input: MergeCustomersInput!) { mergeCustomers(input: $input) { merge { id } } }', {
    input: { survivorId, otherId },
  });
const undo = (mergeId: string) =>
  it.graphql('mutation ($input: UndoMergeInput!) { undoMerge(input: $input) { merge { id } } }', {
    input: { mergeId },
  });

/** One journey, its two devices and the customers who may be one, each act told to the service and to the model. */
class World {
  readonly versions = new Map<string, number>();
  readonly sent = new Map<string, { at: number; input: object }>();
  mergeId: string | null = null;
  shown: { version: number; text: string } | null = null;
  isActedOn = false;

  private constructor(
    readonly model: JourneyModel,
    readonly id: string,
    readonly own: { id: string; identifiers: object[] },
    readonly other: { id: string; identifiers: object[] },
  ) {}

  static async make(): Promise<World> {
    now = Date.now() - 300 * 24 * hour;
    const [own, other] = [await desk.customer(), await desk.customer()];
    const { id } = await desk.started({ blueprint: 'model', customerId: own.id });
    const world = new World(new JourneyModel(now), id, own, other);
    for (const name of ['phone', 'laptop']) world.versions.set(name, 1);
    return world;
  }

  async act(by: string, act: ModelAct, twice = false): Promise<void> {
    const present = (await desk.read(this.id, 'version')).version;
    const version = this.versions.get(by) as number;
    const input = { id: this.id, version, channel: by === 'phone' ? 'APP' : 'WEB', idempotencyKey: randomUUID() };
    const call = () => {
      if (act.kind === 'advance')
        return desk.advance({ ...input, to: act.to, data: act.x === null ? null : { x: act.x } });
      if (act.kind === 'pause') return desk.pause(input);
      return desk.cancel(input);
    };
    const answer = await call();
    if (version !== present) {
      expect(answer.errors?.[0]?.extensions).toMatchObject({ reason: 'VERSION_STALE', currentVersion: present });
      return;
    }
    expect(answer.errors === undefined, JSON.stringify(answer.errors)).toBe(this.model.does(act, now));
    this.isActedOn ||= !answer.errors;
    if (!twice || answer.errors) return;
    const again = await call();
    expect(again.errors).toBeUndefined();
    expect(Object.values(again.data as Record<string, { isChanged: boolean }>)[0]?.isChanged).toBe(false);
  }

  /** Needs no version: to go on is right wherever the journey stands. */
  async resume(by: string): Promise<void> {
    const input = { journeyId: this.id, channel: by === 'phone' ? 'APP' : 'WEB' };
    const answer = await it.graphql(
      'mutation ($input: ResumeJourneyInput!) { resumeJourney(input: $input) { journey { id } } }',
      { input },
    );
    expect(answer.errors === undefined, JSON.stringify(answer.errors)).toBe(this.model.does({ kind: 'resume' }, now));
    this.isActedOn ||= !answer.errors;
  }

  async touchpoint(owner: 'own' | 'other', kind: 'go.b' | 'go.c' | 'done', hoursAgo: number): Promise<void> {
    const externalId = randomUUID();
    // Times of their own for each: at one instant the order is by id, and told elsewhere.
    const at = now - hoursAgo * hour - this.sent.size - 1;
    const input = {
      source: 'model',
      externalId,
      kind,
      occurredAt: new Date(at).toISOString(),
      identifiers: this[owner].identifiers,
    };
    this.sent.set(externalId, { at, input });
    const id = touchpointId(it.workspace, 'model', externalId);
    await desk.record(input);
    this.model.touchpoints.push({ id, owner, kind, at });
  }

  async joinOrPart(): Promise<void> {
    if (this.mergeId !== null) return this.part(this.mergeId);
    const answer = await merge(this.own.id, this.other.id);
    expect(answer.errors).toBeUndefined();
    this.mergeId = answer.data.mergeCustomers.merge.id;
    this.model.areJoined = true;
  }

  private async part(mergeId: string): Promise<void> {
    expect((await undo(mergeId)).errors).toBeUndefined();
    // An undone merge leaves a do-not-link edge: to join again, it must be lifted.
    const lift = `mutation { allowLink(input: { customerId: "${this.own.id}", otherId: "${this.other.id}" }) { __typename } }`;
    expect((await it.graphql(lift)).errors).toBeUndefined();
    this.mergeId = null;
    this.model.areJoined = false;
  }

  async check(): Promise<void> {
    await it.settled();
    await desk.tick();
    await it.settled();
    const found = await desk.read(this.id, 'version status step { key } stepSince endedAt state');
    const plain: Shown = {
      status: found.status,
      step: found.step.key,
      stepSince: Date.parse(found.stepSince),
      endedAt: found.endedAt && Date.parse(found.endedAt),
      state: found.state,
    };
    expect(plain).toEqual(this.model.now(now));
    const text = JSON.stringify(plain);
    const before = this.shown;
    if (before) {
      const isOther = text !== before.text || this.isActedOn;
      expect(found.version > before.version, `${before.text} → ${text}`).toBe(isOther);
    }
    this.isActedOn = false;
    this.shown = { version: found.version, text };
  }
}

async function happens(world: World, one: Happening): Promise<void> {
  switch (one.does) {
    case 'read':
      world.versions.set(one.device, (await desk.read(world.id, 'version')).version);
      return;
    case 'advance':
      return world.act(one.device, { kind: 'advance', to: one.to, x: one.x }, one.twice);
    case 'resume':
      return world.resume(one.device);
    case 'pause':
    case 'cancel':
      return world.act(one.device, { kind: one.does });
    case 'touchpoint':
      return world.touchpoint(one.owner, one.kind, one.hoursAgo);
    case 'repeat': {
      const sent = [...world.sent.values()][one.which % Math.max(1, world.sent.size)];
      if (sent) await desk.record(sent.input);
      return;
    }
    case 'join or part':
      return world.joinOrPart();
    case 'wait':
      now += one.hours * hour;
  }
}

test('a journey is what happened to it, in whatever order that is told, by whomever, and whoever is found to be one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 8, maxLength: 22 }), async (happenings) => {
      const world = await World.make();
      for (const one of happenings) {
        now += hour;
        await happens(world, one);
        await world.check();
      }
    }),
    { numRuns: historiesMax, interruptAfterTimeLimit: 180_000 },
  );
}, 240_000);
