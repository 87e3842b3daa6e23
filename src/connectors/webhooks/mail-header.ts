/** The first value of each header, by its name in small letters. */
export type MailHeaders = ReadonlyMap<string, string>;

const headersMax = 500;

/** Headers as a list of names and values, in whatever form a service writes such a list. */
export function headersOfList(list: unknown): MailHeaders {
  const all = new Map<string, string>();
  if (!Array.isArray(list)) return all;
  for (const entry of list.slice(0, headersMax)) {
    const { name, value, Name, Value } = (entry ?? {}) as Record<string, unknown>;
    const [key, text] = Array.isArray(entry) ? entry : [name ?? Name, value ?? Value];
    if (typeof key !== 'string' || typeof text !== 'string') continue;
    if (!all.has(key.toLowerCase())) all.set(key.toLowerCase(), text);
  }
  return all;
}

/** The headers at the beginning of a mail, folded lines joined and encoded words read. */
export function headersOfText(text: string): MailHeaders {
  const [head = ''] = text.split(/\r?\n\r?\n/, 1);
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  return headersOfList(
    lines.flatMap((line) => {
      const at = line.indexOf(':');
      return at > 0 ? [[line.slice(0, at).trim(), decodedWords(line.slice(at + 1).trim())]] : [];
    }),
  );
}

const encodedWord = /=\?([\w-]{1,40})(?:\*[\w-]*)?\?([bq])\?([^?\s]*)\?=(?:\s+(?==\?))?/gi;

/** RFC 2047: `=?UTF-8?B?…?=`. A word in an alphabet that is not known stays as it is. */
export function decodedWords(text: string): string {
  return text.replace(encodedWord, (whole, charset: string, form: string, content: string) => {
    try {
      const bytes = /b/i.test(form) ? Buffer.from(content, 'base64') : quoted(content);
      return new TextDecoder(charset).decode(bytes);
    } catch {
      return whole;
    }
  });
}

function quoted(content: string): Buffer {
  const plain = content
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(plain, 'latin1');
}

/** Message ids without their angle brackets, as services differ in writing them. */
export function messageIdsOf(text: unknown): string[] {
  if (typeof text !== 'string') return [];
  return text
    .split(/[\s,]+/)
    .map((id) => id.replace(/^<|>$/g, ''))
    .filter((id) => id !== '')
    .slice(0, 100);
}
