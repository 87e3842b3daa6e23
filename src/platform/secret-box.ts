import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';

const cipher = 'aes-256-gcm';
const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
/** First byte of everything sealed, should the form ever change. */
const form = 1;
const headBytes = 1 + 4 + ivBytes + tagBytes;

/** Keys in hexadecimal digits with commas between: the first seals, all open. Null when a part is no key. */
export function readKeys(text: string): Buffer[] | null {
  const parts = text.split(',').map((part) => part.trim());
  return parts.every((part) => /^[0-9a-f]{64}$/i.test(part)) ? parts.map((part) => Buffer.from(part, 'hex')) : null;
}

export function newKeyText(): string {
  return randomBytes(keyBytes).toString('hex');
}

/**
 * Encrypts a secret that must be read back.
 * @param place where it is stored: it opens nowhere else, so that a row cannot be given another's secret
 */
export function seal(key: Buffer, secret: string, place: string): Buffer {
  const iv = randomBytes(ivBytes);
  const box = createCipheriv(cipher, key, iv).setAAD(Buffer.from(place));
  const content = Buffer.concat([box.update(secret, 'utf8'), box.final()]);
  return Buffer.concat([Buffer.from([form]), markOf(key), iv, box.getAuthTag(), content]);
}

/** Null when none of the keys sealed it there. */
export function open(keys: readonly Buffer[], sealed: Buffer, place: string): string | null {
  if (sealed.length < headBytes || sealed[0] !== form) return null;
  const key = keys.find((one) => markOf(one).equals(sealed.subarray(1, 5)));
  if (!key) return null;
  const iv = sealed.subarray(5, 5 + ivBytes);
  const box = createDecipheriv(cipher, key, iv, { authTagLength: tagBytes }).setAAD(Buffer.from(place));
  box.setAuthTag(sealed.subarray(5 + ivBytes, headBytes));
  try {
    return Buffer.concat([box.update(sealed.subarray(headBytes)), box.final()]).toString('utf8');
  } catch {
    return null;
  }
}

/** Tells keys apart without telling of the key. */
function markOf(key: Buffer): Buffer {
  return hash('sha256', Buffer.concat([Buffer.from('mark of a key'), key]), 'buffer').subarray(0, 4);
}
