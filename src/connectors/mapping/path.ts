import { limits } from '../../platform/limits.js';
import { isObject, type JsonObject } from '../json-value.js';
import type { Work } from './work.js';

/** Where a path begins. */
export type Root = 'payload' | 'element' | 'headers' | 'query';

type Segment = { readonly name: string } | { readonly index: number } | 'all';

/** A place in a payload; with `[*]` in it, several places. */
export interface Path {
  readonly root: Root;
  readonly segments: readonly Segment[];
  readonly isMany: boolean;
}

/** What paths are looked up in. */
export interface Roots {
  readonly payload: unknown;
  /** What `each` is at; the payload itself where there is no `each`. */
  readonly element: unknown;
  readonly headers: JsonObject;
  readonly query: JsonObject;
}

const roots: Readonly<Record<string, Root>> = { $: 'payload', '@': 'element', $headers: 'headers', $query: 'query' };

const rootForm = /^(?:\$headers|\$query|\$|@)(?=[.[]|$)/;
/** A name may hold blanks and colons, as the headings of tables do: `$.case:concept:name`, `$.Call Start`. */
const segmentForm = /\.([^.[\]{}'"*]+)|\['([^']+)'\]|\[("(?:[^"\\]|\\.)+")\]|\[(-?\d{1,6})\]|(\[\*\])/y;

/** Whether a text is meant as a path; other texts are constants. */
export function looksLikePath(text: string): boolean {
  return text.startsWith('$') || text.startsWith('@');
}

/** A subset of JSONPath (RFC 9535) in which no path visits a place twice; null when the text is none. */
export function parsePath(text: string): Path | null {
  const root = rootForm.exec(text)?.[0];
  if (root === undefined || text.length > limits.mappingPathCharactersMax) return null;
  const segments: Segment[] = [];
  const form = new RegExp(segmentForm);
  form.lastIndex = root.length;
  while (form.lastIndex < text.length) {
    const found = form.exec(text);
    if (!found) return null;
    const name = found[1] ?? found[2] ?? unquoted(found[3]);
    if (name === null) return null;
    // Headers have names of any letters.
    const isHeader = roots[root] === 'headers' && segments.length === 0;
    if (name !== undefined) segments.push({ name: isHeader ? name.toLowerCase() : name });
    else segments.push(found[4] === undefined ? 'all' : { index: Number(found[4]) });
  }
  return { root: roots[root] as Root, segments, isMany: segments.includes('all') };
}

/** A name in double quotes is a JSON text; null when it is none. */
function unquoted(quoted: string | undefined): string | null | undefined {
  try {
    return quoted === undefined ? undefined : (JSON.parse(quoted) as string);
  } catch {
    return null;
  }
}

/** What is at a path: undefined where nothing is, a list where the path has `[*]`. */
export function lookUp(path: Path, where: Roots, work: Work): unknown {
  let found: unknown[] = [where[path.root]];
  for (const segment of path.segments) {
    work.spend(found.length);
    if (segment === 'all') {
      const lists = found.filter((value) => Array.isArray(value));
      work.spend(lists.reduce((sum, list) => sum + list.length, 0));
      found = lists.flat(1);
    } else {
      found = found.map((value) => inside(value, segment)).filter((value) => value !== undefined);
    }
  }
  return path.isMany ? found : found[0];
}

function inside(value: unknown, segment: Exclude<Segment, 'all'>): unknown {
  if ('index' in segment) return Array.isArray(value) ? value.at(segment.index) : undefined;
  return isObject(value) && Object.hasOwn(value, segment.name) ? value[segment.name] : undefined;
}
