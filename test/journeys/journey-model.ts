const day = 86_400_000;

/** The one blueprint of the model: a ↔ b → c → end, `done` ends from anywhere; written out here, not read from it. */
export const modelBlueprint = {
  name: 'Model',
  goal: 'To get to the end.',
  stuckAfter: 'P3D',
  abandonedAfter: 'P10D',
  steps: [
    {
      key: 'a',
      title: 'A',
      next: ['b'],
      schema: { type: 'object', required: ['x'], properties: { x: { type: 'integer' } } },
    },
    { key: 'b', title: 'B', next: ['a', 'c'] },
    { key: 'c', title: 'C', next: ['end'] },
    { key: 'end', title: 'End', terminal: true },
  ],
  triggers: [
    { effect: 'ADVANCE', to: 'b', kinds: ['go.b'] },
    { effect: 'ADVANCE', to: 'c', kinds: ['go.c'] },
    { effect: 'COMPLETE', to: 'end', kinds: ['done'] },
  ],
};

const ways: Record<string, string[]> = { a: ['b'], b: ['a', 'c'], c: ['end'], end: [] };

export type ModelAct =
  | { kind: 'advance'; to: string | null; x: number | null }
  | { kind: 'pause' }
  | { kind: 'resume' }
  | { kind: 'cancel' };

export interface ModelTouchpoint {
  readonly id: string;
  readonly owner: 'own' | 'other';
  readonly kind: 'go.b' | 'go.c' | 'done';
  readonly at: number;
}

export interface Shown {
  readonly status: string;
  readonly step: string;
  readonly stepSince: number;
  readonly endedAt: number | null;
  readonly state: Record<string, unknown>;
}

/** A journey told as plainly as it can be: everything that happened is gone through from the beginning, each time. */
export class JourneyModel {
  readonly #acts: { at: number; act: ModelAct }[] = [];
  readonly touchpoints: ModelTouchpoint[] = [];
  areJoined = false;

  constructor(private readonly startedAt: number) {}

  /** Whether the act may be done now, and if so it is. */
  does(act: ModelAct, now: number): boolean {
    const { shown, visited } = this.goThrough(now);
    if (act.kind === 'pause' && shown.status !== 'ACTIVE') return false;
    if (act.kind === 'resume' && !['ACTIVE', 'PAUSED', 'ABANDONED'].includes(shown.status)) return false;
    if (act.kind === 'cancel' && !['ACTIVE', 'PAUSED', 'ABANDONED'].includes(shown.status)) return false;
    if (act.kind === 'advance') {
      if (shown.status !== 'ACTIVE') return false;
      if (act.to !== null && !ways[shown.step]?.includes(act.to)) return false;
      const data = { ...(shown.state[shown.step] as object), ...(act.x === null ? {} : { x: act.x }) };
      if (shown.step === 'a' && act.to === 'b' && !visited.has('b') && !('x' in data)) return false;
    }
    this.#acts.push({ at: now, act });
    this.#steps.set(act, shown.step);
    return true;
  }

  /** The step that each act was done on: its data stay with that step, whatever turns up later. */
  readonly #steps = new Map<ModelAct, string>();

  now(now: number): Shown {
    return this.goThrough(now).shown;
  }

  private goThrough(now: number): { shown: Shown; visited: Set<string> } {
    let [status, step] = ['ACTIVE', 'a'];
    let [stepSince, sign] = [this.startedAt, this.startedAt];
    let endedAt: number | null = null;
    const visited = new Set(['a']);
    const state: Record<string, unknown> = {};
    const moveTo = (to: string, at: number) => {
      if (to === step) return;
      step = to;
      stepSince = at;
      visited.add(to);
      if (to === 'end') [status, endedAt] = ['COMPLETED', at];
    };
    const passes = (at: number) => {
      if (status === 'ACTIVE' && at >= sign + 10 * day) [status, endedAt] = ['ABANDONED', sign + 10 * day];
    };
    const things = [
      ...this.touchpoints
        .filter((one) => (one.owner === 'own' || this.areJoined) && one.at >= this.startedAt)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .map((touchpoint) => ({ at: touchpoint.at, touchpoint, act: null })),
      ...this.#acts.map(({ at, act }) => ({ at, act, touchpoint: null })),
    ].sort((a, b) => a.at - b.at);
    for (const { at, touchpoint, act } of things) {
      passes(at);
      if (touchpoint) {
        if (status !== 'ACTIVE' && status !== 'PAUSED') continue;
        sign = at;
        const to = touchpoint.kind === 'done' ? 'end' : touchpoint.kind.slice(3);
        if (to !== 'end' && !ways[step]?.includes(to)) continue;
        if (to === step) continue;
        status = 'ACTIVE';
        moveTo(to, at);
        continue;
      }
      if (!act) continue;
      const on = this.#steps.get(act) as string;
      if (act.kind === 'advance' && act.x !== null) state[on] = { ...(state[on] as object), x: act.x };
      if (status === 'COMPLETED' || status === 'CANCELLED') continue;
      sign = at;
      if (status === 'ABANDONED') [status, endedAt] = ['ACTIVE', null];
      if (act.kind === 'advance' && act.to !== null) {
        status = 'ACTIVE';
        moveTo(act.to, at);
      }
      if (act.kind === 'pause') status = 'PAUSED';
      if (act.kind === 'resume') status = 'ACTIVE';
      if (act.kind === 'cancel') [status, endedAt] = ['CANCELLED', at];
    }
    passes(now);
    return { shown: { status, step, stepSince, endedAt, state }, visited };
  }
}
