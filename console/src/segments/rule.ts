/** A rule of a segment as the builder edits it: `all` or `any` of conditions, each a line of its own. */
export interface Draft {
  readonly join: 'all' | 'any';
  readonly conditions: readonly Condition[];
}

export type Condition =
  | { readonly kind: 'trait'; readonly trait: string; readonly is: string }
  | {
      readonly kind: 'touchpoints';
      readonly channel: string;
      readonly direction: string;
      readonly topic: string;
      readonly days: number;
      readonly atLeast: number;
    }
  | { readonly kind: 'openIssues'; readonly topic: string; readonly atLeast: number };

export const newConditions: Readonly<Record<Condition['kind'], Condition>> = {
  trait: { kind: 'trait', trait: '', is: '' },
  touchpoints: { kind: 'touchpoints', channel: '', direction: '', topic: '', days: 7, atLeast: 3 },
  openIssues: { kind: 'openIssues', topic: '', atLeast: 1 },
};

/** The rule that a draft stands for, in the form of the API. */
export function ruleOf({ join, conditions }: Draft): unknown {
  const rules = conditions.map(conditionRule);
  return rules.length === 1 ? rules[0] : { [join]: rules };
}

function conditionRule(condition: Condition): unknown {
  switch (condition.kind) {
    case 'trait':
      return { trait: condition.trait, is: condition.is };
    case 'touchpoints':
      return {
        touchpoints: {
          ...filled({ channel: condition.channel, direction: condition.direction, topic: condition.topic }),
          within: `P${condition.days}D`,
        },
        atLeast: condition.atLeast,
      };
    case 'openIssues':
      return { openIssues: filled({ topic: condition.topic }), atLeast: condition.atLeast };
  }
}

function filled(words: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(words).filter(([, word]) => word !== ''));
}

/** The draft of a rule; null when it says what the builder has no line for, and is to be edited as data. */
export function draftOf(rule: unknown): Draft | null {
  if (!isObject(rule)) return null;
  const keys = Object.keys(rule);
  const join = keys.length === 1 && (keys[0] === 'all' || keys[0] === 'any') ? keys[0] : null;
  const rules = join ? rule[join] : [rule];
  if (!Array.isArray(rules)) return null;
  const conditions = rules.map(conditionOf);
  const draft: Draft = { join: join ?? 'all', conditions: conditions.filter((one) => one !== null) };
  // Only what comes out as it went in: an edit must change what was edited and nothing else.
  return conditions.includes(null) || !isSame(ruleOf(draft), rule) ? null : draft;
}

function conditionOf(rule: unknown): Condition | null {
  if (!isObject(rule)) return null;
  if (typeof rule['trait'] === 'string' && typeof rule['is'] === 'string') {
    return { kind: 'trait', trait: rule['trait'], is: rule['is'] };
  }
  const atLeast = typeof rule['atLeast'] === 'number' ? rule['atLeast'] : null;
  if (atLeast === null) return null;
  const { touchpoints, openIssues } = rule;
  if (isObject(touchpoints)) {
    const days = /^P(\d+)D$/.exec(String(touchpoints['within']))?.[1];
    if (!days) return null;
    const [channel, direction, topic] = ['channel', 'direction', 'topic'].map((name) => wordOf(touchpoints[name]));
    if (channel === undefined || direction === undefined || topic === undefined) return null;
    return { kind: 'touchpoints', channel, direction, topic, days: Number(days), atLeast };
  }
  if (isObject(openIssues)) {
    const topic = wordOf(openIssues['topic']);
    return topic === undefined ? null : { kind: 'openIssues', topic, atLeast };
  }
  return null;
}

function wordOf(value: unknown): string | undefined {
  return value === undefined ? '' : typeof value === 'string' ? value : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((value, index) => isSame(value, other[index]));
  }
  if (!isObject(one) || !isObject(other)) return one === other;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => isSame(one[key], other[key]));
}
