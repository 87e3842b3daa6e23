import { type Path, parsePath } from './path.js';

/** Text and holes in turn; `{{` and `}}` stand for braces. */
export type Template = readonly (string | Path)[];

const form = /\{\{|\}\}|\{([^{}]*)\}|[^{}]+/y;

/** Null when a brace is open, or holds no path of one value. */
export function parseTemplate(written: string): Template | null {
  const parts: (string | Path)[] = [];
  const pieces = new RegExp(form);
  while (pieces.lastIndex < written.length) {
    const found = pieces.exec(written);
    if (!found) return null;
    const [piece, hole] = found;
    if (hole === undefined) {
      parts.push(piece === '{{' ? '{' : piece === '}}' ? '}' : piece);
      continue;
    }
    const path = parsePath(hole.trim());
    if (path === null || path.isMany) return null;
    parts.push(path);
  }
  return parts;
}
