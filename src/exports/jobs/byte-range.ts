/** Bytes from one up to and with another. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Which bytes a request is to be given, by its headers (RFC 9110, 14): null for all of them, `unsatisfiable` when it
 * asks for some that are not there. Several ranges at once, and what is no range of bytes, are answered with all.
 */
export function rangeOf(
  headers: { readonly range?: string | undefined; readonly 'if-range'?: string | string[] | undefined },
  length: number,
  etag: string,
): ByteRange | null | 'unsatisfiable' {
  const { range, 'if-range': condition } = headers;
  if (range === undefined || (condition !== undefined && condition !== etag)) return null;
  const [, first = '', last = ''] = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(range) ?? [];
  if (first === '' && last === '') return null;
  if (first === '') {
    const count = Math.min(Number(last), length);
    return count === 0 ? 'unsatisfiable' : { start: length - count, end: length - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return null;
  if (start >= length) return 'unsatisfiable';
  return { start, end: last === '' ? length - 1 : Math.min(Number(last), length - 1) };
}

/** A file that lies in parts, one after the other: which bytes of which parts make up a range. */
export function piecesOf(range: ByteRange, lengths: readonly number[]): (ByteRange & { readonly part: number })[] {
  const pieces: (ByteRange & { part: number })[] = [];
  let begin = 0;
  for (const [part, length] of lengths.entries()) {
    const start = Math.max(range.start - begin, 0);
    const end = Math.min(range.end - begin, length - 1);
    if (start <= end) pieces.push({ part, start, end });
    begin += length;
  }
  return pieces;
}
