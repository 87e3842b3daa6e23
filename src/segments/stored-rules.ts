import type { SegmentRule } from './rules/compiler.js';
import { parseRule } from './rules/rule.js';
import type { SegmentRow } from './segment.queries.js';

const parsedRulesMax = 5_000;
const parsedRules = new Map<string, SegmentRule>();

/** A stored rule was checked when it was stored; reading it is pure, so each version is read once. */
export function ruleOf(workspace: number, row: SegmentRow): SegmentRule {
  const key = `${workspace} ${row.id} ${row.ruleVersion} ${row.hasDecisions}`;
  let known = parsedRules.get(key);
  if (!known) {
    known = {
      id: row.id,
      key: row.key,
      version: row.ruleVersion,
      rule: parseRule(row.rule, 'rule'),
      lastsMs: row.lastsSeconds === null ? null : row.lastsSeconds * 1_000,
      endsAt: row.endsAt,
      hasDecisions: row.hasDecisions,
    };
    if (parsedRules.size >= parsedRulesMax) parsedRules.clear();
    parsedRules.set(key, known);
  }
  return known;
}
