import { createHash, scrypt } from 'node:crypto';

/** Of what looks alike (0 O D, 1 I L, 2 Z, 5 S, 6 G, 8 B, E F, M N, U V) one at most. */
const alphabet = '234679ACFHJKMQRTUWXY';
const characters = 9;
const group = 3;

/** A code to be spoken, from random bytes of which as many are used as it takes; in groups, as it is read out. */
export function spokenCode(randomBytes: (size: number) => Buffer): string {
  let code = '';
  // Bytes past the last whole multiple would favour the first letters.
  const fair = 256 - (256 % alphabet.length);
  while (code.length < characters) {
    for (const byte of randomBytes(16)) {
      if (byte < fair && code.length < characters) code += alphabet[byte % alphabet.length];
    }
  }
  return code.replace(new RegExp(`.{${group}}(?=.)`, 'g'), '$&-');
}

/** What was spoken, however it was written down; null when it can be no code. */
export function readSpoken(text: string): string | null {
  if (text.length > 40) return null;
  const plain = text.toUpperCase().replace(/[\s.\-–_]/g, '');
  return plain.length === characters && [...plain].every((one) => alphabet.includes(one)) ? plain : null;
}

/** A token for a link: nobody guesses it, so it may be long. */
export function linkToken(randomBytes: (size: number) => Buffer): string {
  return `tlr_${randomBytes(32).toString('base64url')}`;
}

const tokenShape = /^tlr_[\w-]{43}$/;

export function isToken(text: string): boolean {
  return tokenShape.test(text);
}

/**
 * Slow, for a code of nine letters could be found by trying all of them: who got hold of the hashes would need some
 * fifty milliseconds for each.
 */
export function spokenHash(code: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    scrypt(code.replaceAll('-', ''), salt, 32, { N: 16_384, r: 8, p: 1 }, (error, hash) =>
      error ? reject(error) : resolve(hash),
    ),
  );
}

export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
