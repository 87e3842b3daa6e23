/** An address of a mail with the name that stands before it. */
export interface MailAddress {
  readonly address: string;
  readonly name?: string;
}

const addressShape = /^[^\s@<>,;"]+@[^\s@<>,;"]+$/;
const textMax = 10_000;
const addressesMax = 100;

/** The addresses of a `From`, `To` or `Cc`: `Ann <ann@example.com>, bob@example.com`. What is none is left out. */
export function addressesOf(text: unknown): MailAddress[] {
  if (typeof text !== 'string' || text.length > textMax) return [];
  return partsOf(text).flatMap((part) => {
    const [, before, inner] = /^([^<]*)<([^<>]*)>/.exec(part) ?? [];
    const address = (inner ?? part).trim().toLowerCase();
    if (!addressShape.test(address)) return [];
    const name =
      before === undefined
        ? ''
        : before
            .trim()
            .replace(/^"(.*)"$/, '$1')
            .replace(/\\(.)/g, '$1')
            .trim();
    return [name === '' ? { address } : { address, name }];
  });
}

export function addressOf(text: unknown): MailAddress | undefined {
  return addressesOf(text)[0];
}

/** At commas that stand neither in quotes nor in an address. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  let isQuoted = false;
  for (let i = 0; i < text.length && parts.length < addressesMax; i++) {
    const character = text[i] as string;
    if (character === '\\' && isQuoted) part += character + (text[++i] ?? '');
    else if (character === ',' && !isQuoted) {
      parts.push(part);
      part = '';
    } else {
      if (character === '"') isQuoted = !isQuoted;
      part += character;
    }
  }
  return [...parts, part];
}
