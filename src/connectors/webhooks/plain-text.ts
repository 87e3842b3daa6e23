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

/** What a person would read of HTML: no tags, scripts or styles; paragraphs and line breaks stay lines. */
export function plainTextOf(html: string): string {
  return html
    .slice(0, charactersMax)
    .replace(/<(script|style|head|title)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, ' ')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?<br\b[^>]*> ?/gi, '\n')
    .replace(/ ?<\/(p|div|li|tr|h[1-6]|blockquote)\s*> ?/gi, '\n')
    .replace(/<[a-z/!][^>]*>/gi, '')
    .replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/gi, (whole, name: string) => entityOf(name) ?? whole)
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** The text as it is, unless it is HTML: for fields where a vendor sends either. */
export function readableOf(text: string): string {
  return /<\/?[a-z][^>]*>/i.test(text) ? plainTextOf(text) : text;
}

function entityOf(name: string): string | undefined {
  if (!name.startsWith('#')) return Object.hasOwn(entities, name) ? entities[name] : undefined;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
