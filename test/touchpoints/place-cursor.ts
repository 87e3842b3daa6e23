import { createHash } from 'node:crypto';

/** A cursor made by hand: the place of a row in the list of a field. */
export function placeCursor(
  workspace: number,
  field: string,
  place: { readonly at?: string; readonly id: string | number },
): string {
  const head = Buffer.alloc(6);
  head.writeInt32BE(workspace);
  createHash('sha1').update(field).digest().copy(head, 4, 0, 2);
  const id = typeof place.id === 'number' ? Buffer.alloc(8) : Buffer.from(place.id.replaceAll('-', ''), 'hex');
  if (typeof place.id === 'number') id.writeBigInt64BE(BigInt(place.id));
  const at = Buffer.alloc(place.at === undefined ? 0 : 8);
  if (place.at !== undefined) at.writeBigInt64BE(BigInt(Date.parse(place.at) - Date.UTC(2000, 0, 1)) * 1000n);
  return Buffer.concat([head, at, id]).toString('base64url');
}
