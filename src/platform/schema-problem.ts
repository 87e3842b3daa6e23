import { z } from 'zod';

/** What is wrong with a value that a schema was held against: where, and a predicate such as `must not be empty`. */
export interface SchemaProblem {
  readonly field: string;
  readonly sentence: string;
}

/** The problem that helps most, named by its path below `path` as a client writes it: `rule.all[2].within`. */
export function schemaProblem(issue: z.core.$ZodIssue | undefined, path: string): SchemaProblem {
  if (!issue) return { field: path, sentence: 'is not valid' };
  const { keys, sentence } = problemOf(issue);
  const field = keys.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`),
    path,
  );
  return { field, sentence };
}

interface Problem {
  readonly keys: readonly PropertyKey[];
  readonly sentence: string;
}

/** Of a value that may have several shapes, the shape that it was meant to have says best what is wrong. */
function problemOf(issue: z.core.$ZodIssue): Problem {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys')
    return { keys: [...path, issue.keys[0] ?? ''], sentence: 'is not known here' };
  if (issue.code !== 'invalid_union') return { keys: path, sentence: issue.message };
  const nearest = [...issue.errors].sort((a, b) => depthOf(b) - depthOf(a))[0]?.[0];
  if (nearest && (nearest.path.length > 0 || nearest.code !== 'invalid_type')) {
    const inner = problemOf(nearest);
    return { keys: [...path, ...inner.keys], sentence: inner.sentence };
  }
  return { keys: path, sentence: issue.message === 'Invalid input' ? 'has a value of a wrong type' : issue.message };
}

function depthOf(issues: readonly z.core.$ZodIssue[]): number {
  const first = issues[0];
  return first === undefined ? 0 : first.path.length * 2 + (first.code === 'invalid_type' ? 0 : 1);
}

/**
 * Holds a part of a value against the one schema that its author meant, so that its problems are told, and not those
 * of the other shapes that it might have had.
 */
export function partOf<T>(
  schema: z.ZodType<T>,
  written: unknown,
  check: z.core.$RefinementCtx<unknown>,
  under: readonly PropertyKey[] = [],
): T {
  const parsed = schema.safeParse(written);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    const { keys, sentence } = problemOf(issue);
    check.addIssue({ code: 'custom', message: sentence, path: [...under, ...keys] });
  }
  // The value is not used: the check has failed.
  return z.NEVER;
}
