/** One field or file of a form. */
export interface FormPart {
  readonly name: string;
  readonly isFile: boolean;
  readonly content: Buffer;
}

const partsMax = 1_000;
const headBytesMax = 16 * 1024;

/**
 * The parts of a `multipart/form-data` body (RFC 7578) that is wholly there; null when it is none. Lines may end with
 * a bare line feed, as some senders write them.
 */
export function partsOf(body: Buffer, contentType: string): FormPart[] | null {
  const boundary = boundaryOf(contentType);
  if (boundary === null) return null;
  const parts: FormPart[] = [];
  const mark = Buffer.from(`--${boundary}`, 'latin1');
  let at = body.indexOf(mark);
  while (at >= 0 && parts.length < partsMax) {
    const start = lineEnd(body, at + mark.length);
    // After the last one stand two hyphens, where the others have a line end.
    if (start === null) break;
    const next = nextMark(body, mark, start);
    const part = partOf(body.subarray(start, next < 0 ? body.length : beforeLineEnd(body, next)));
    if (part) parts.push(part);
    at = next;
  }
  return parts.length > 0 ? parts : null;
}

function boundaryOf(contentType: string): string | null {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType) ?? [];
  return quoted ?? plain ?? null;
}

/** Where the line after the mark begins; null when the mark closes the form. */
function lineEnd(body: Buffer, from: number): number | null {
  let at = from;
  while (body[at] === 0x20 || body[at] === 0x09) at++;
  if (body[at] === 0x0d && body[at + 1] === 0x0a) return at + 2;
  return body[at] === 0x0a ? at + 1 : null;
}

/** A mark stands at the beginning of a line; the same text within a line belongs to the content. */
function nextMark(body: Buffer, mark: Buffer, from: number): number {
  let at = body.indexOf(mark, from);
  while (at > from && body[at - 1] !== 0x0a) at = body.indexOf(mark, at + 1);
  return at;
}

function beforeLineEnd(body: Buffer, at: number): number {
  const end = body[at - 1] === 0x0a ? at - 1 : at;
  return body[end - 1] === 0x0d ? end - 1 : end;
}

function partOf(part: Buffer): FormPart | null {
  // Byte for byte, so that places in the text are places in the body.
  const head = part.subarray(0, headBytesMax).toString('latin1');
  const [whole, lines] = /^([\s\S]*?)\r?\n\r?\n/.exec(head) ?? [];
  if (whole === undefined || lines === undefined) return null;
  const disposition = /^content-disposition:(.*)$/im.exec(lines)?.[1] ?? '';
  const name = parameterOf(disposition, 'name');
  if (name === undefined) return null;
  const isFile = parameterOf(disposition, 'filename') !== undefined || /;\s*filename\*=/i.test(disposition);
  return { name: Buffer.from(name, 'latin1').toString('utf8'), isFile, content: part.subarray(whole.length) };
}

function parameterOf(disposition: string, name: string): string | undefined {
  const [, quoted, plain] =
    new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;]+))`, 'i').exec(disposition) ?? [];
  return quoted?.replace(/\\(.)/g, '$1') ?? plain;
}
