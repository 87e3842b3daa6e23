import type { Person } from './person.js';
export function estimatePrior(people: readonly Person[]): { within: number; across: number } {
  const n = people.length; const p = Number(process.env['PRIOR'] ?? 1) / n;
  return { within: p, across: p };
}
