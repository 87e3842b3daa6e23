import { isUtf8 } from 'node:buffer';

const western = new TextDecoder('windows-1252');

/** Charsets that say nothing of a byte that is no UTF-8. */
const saysNothing = /^(utf-?8|(us-?)?ascii|(x-)?unknown(-?8bit)?)$/i;

/**
 * A message whose text is not what it says: headers with bytes that were never encoded, a body without a charset or
 * with one that cannot be. Lines that are no UTF-8 are taken for Windows' Latin-1, as mail programs do; elsewhere the
 * bytes stay, since a charset that is named may stand for any of them.
 */
export function withUndeclaredText(message: Buffer): Buffer {
  if (isUtf8(message)) return message;
  const end = isDeclared(message) ? endOfHeaders(message) : message.length;
  const lines: Buffer[] = [];
  for (let start = 0; start < end; ) {
    const next = message.indexOf('\n', start);
    const stop = next < 0 || next >= end ? end : next + 1;
    const line = message.subarray(start, stop);
    lines.push(isUtf8(line) ? line : Buffer.from(western.decode(line)));
    start = stop;
  }
  return Buffer.concat([...lines, message.subarray(end)]);
}

/** Whether a part says what its bytes are: by a charset, or as something that is no text. */
function isDeclared(message: Buffer): boolean {
  const text = message.toString('latin1');
  const charsets = [...text.matchAll(/charset\s*=\s*["']?([^\s"';]+)/gi)];
  return (
    charsets.some(([, charset = '']) => !saysNothing.test(charset)) ||
    /^content-transfer-encoding:\s*binary/im.test(text)
  );
}

function endOfHeaders(message: Buffer): number {
  const at = /\r?\n\r?\n/.exec(message.toString('latin1'))?.index;
  return at ?? message.length;
}
