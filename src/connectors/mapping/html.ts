import { decodeHTML } from 'entities';

/** What stands on a line of its own. */
const blocks =
  /^(address|article|aside|blockquote|br|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|table|tr|ul)$/;
/** What nobody reads. */
const unseen = /^(head|script|style|template|title)$/;
const cell = /^t[dh]$/;

/**
 * The text that somebody sees who reads the HTML. It passes over each letter once whatever the HTML is; a parser that
 * builds a tree takes half a minute for some that is written to be slow.
 */
export function textOfHtml(html: string): string {
  const parts: string[] = [];
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    parts.push(html.slice(at, open < 0 ? undefined : open).replace(/\s+/g, ' '));
    if (open < 0) break;
    const name = /^\/?[a-z][a-z0-9]*/i.exec(html.slice(open + 1, open + 20))?.[0].toLowerCase();
    if (name === undefined && !'!?'.includes(html[open + 1] ?? ' ')) {
      parts.push('<');
      at = open + 1;
      continue;
    }
    const end = endOf(html, open, name);
    if (end === null) break;
    at = end;
    const plain = name?.replace('/', '') ?? '';
    if (blocks.test(plain)) parts.push('\n');
    else if (cell.test(plain)) parts.push(' ');
  }
  return tidy(decodeHTML(parts.join('')));
}

/** Where a tag, comment or unseen element that begins at `open` is over; null when it never is. */
function endOf(html: string, open: number, name: string | undefined): number | null {
  if (name !== undefined && unseen.test(name)) {
    const closing = new RegExp(`</${name}`, 'gi');
    closing.lastIndex = open + 1;
    return closing.exec(html)?.index ?? null;
  }
  const end = html.startsWith('<!--', open) ? '-->' : '>';
  const close = html.indexOf(end, open + 1);
  return close < 0 ? null : close + end.length;
}

/** One blank between words, one line break between lines. */
function tidy(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/[\t\r \u00a0]+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n');
}
