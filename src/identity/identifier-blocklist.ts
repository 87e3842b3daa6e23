/** What a workspace knows to identify nobody, beyond the words that are blocked everywhere. */
export interface Blocklist {
  /** Whole values, in small letters. */
  readonly values: ReadonlySet<string>;
  /** Patterns in small letters: `*` stands for any text, `?` for one character, all else for itself. */
  readonly patterns: readonly string[];
}

export const nothingBlocked: Blocklist = { values: new Set(), patterns: [] };

export function blocklistOf(values: readonly string[], patterns: readonly string[]): Blocklist {
  if (values.length === 0 && patterns.length === 0) return nothingBlocked;
  const folded = (text: string) => text.trim().toLowerCase();
  return { values: new Set(values.map(folded)), patterns: patterns.map(folded) };
}

/** Why the workspace blocks a value, or null; tried on what was sent and on its normalised form. */
export function blockedBy(blocklist: Blocklist, text: string): string | null {
  if (blocklist === nothingBlocked) return null;
  const folded = text.trim().toLowerCase();
  if (blocklist.values.has(folded)) return 'blocked by the workspace';
  return blocklist.patterns.some((pattern) => matchesGlob(pattern, folded)) ? 'blocked by a pattern' : null;
}

/**
 * Whether a text fits a pattern. It goes back to the last `*` only, so the work is bounded by the product of the two
 * lengths, whatever the pattern.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let from = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      from = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++from;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** Characters of a pattern that stand for themselves: with fewer than three it would block nearly everything. */
export const literalCharacters = (pattern: string): number => pattern.replace(/[*?\s]/g, '').length;
