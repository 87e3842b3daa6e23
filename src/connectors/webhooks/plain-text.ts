/** The entities that people and mail programs write; others stay as they are. */
const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: '’',
  nbsp: ' ',
  rsquo: '’',
  lsquo: '‘',
  ldquo: '“',
  rdquo: '”',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  euro: '€',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
  eacute: 'é',
  egrave: 'è',
};

/** HTML longer than this has been written by no hand; what follows is not looked at. */
const charactersMax = 200_000;

/**
 * What a person would read of HTML: no tags, scripts or styles; paragraphs and line breaks stay lines. Customers write
 * it too, so no pattern may look at a place more than a few times: each ends at the next bracket.
 */
export function plainTextOf(html: string): string {
  const seen = ['script', 'style', 'head', 'title'].reduce(
    (rest, name) => without(rest, new RegExp(`<${name}\\b`, 'gi'), new RegExp(`</${name}\\s{0,9}>`, 'gi')),
    without(html.slice(0, charactersMax), /<!--/g, /-->/g),
  );
  return seen
    .replace(/\s+/g, ' ')
    .replace(/ ?<br\b[^<>]*> ?/gi, '\n')
    .replace(/ ?<\/(p|div|li|tr|h[1-6]|blockquote) ?> ?/gi, '\n')
    .replace(/<[a-z/!][^<>]*>/gi, '')
    .replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/gi, (whole, name: string) => entityOf(name) ?? whole)
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** As `plainTextOf`, without what is quoted; when nothing else is there, all of it. */
export function ownPlainTextOf(html: string): string {
  return plainTextOf(withoutQuotes(html.slice(0, charactersMax))) || plainTextOf(html);
}

/** Quotations may hold others. One that is never closed takes the rest with it. */
function withoutQuotes(html: string): string {
  const kept: string[] = [];
  let depth = 0;
  let at = 0;
  for (const tag of html.matchAll(/<(\/?)blockquote\b[^<>]*>/gi)) {
    if (depth === 0) kept.push(html.slice(at, tag.index));
    depth = tag[1] === '/' ? Math.max(0, depth - 1) : depth + 1;
    at = tag.index + tag[0].length;
  }
  return [...kept, depth === 0 ? html.slice(at) : ''].join('<br>');
}

/** The text as it is, unless it is HTML: for fields where a vendor sends either. */
export function readableOf(text: string): string {
  return /<\/?[a-z][^<>]*>/i.test(text) ? plainTextOf(text) : text;
}

/** The text without what stands between two marks; one that is never closed takes the rest with it. */
function without(text: string, opening: RegExp, closing: RegExp): string {
  const kept: string[] = [];
  let at = 0;
  for (;;) {
    opening.lastIndex = at;
    const from = opening.exec(text);
    if (!from) return [...kept, text.slice(at)].join(' ');
    kept.push(text.slice(at, from.index));
    closing.lastIndex = from.index;
    if (!closing.exec(text)) return kept.join(' ');
    at = closing.lastIndex;
  }
}

function entityOf(name: string): string | undefined {
  if (!name.startsWith('#')) return Object.hasOwn(entities, name) ? entities[name] : undefined;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
