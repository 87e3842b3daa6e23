import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A key in its three parts: what is shown once, what finds the row, what proves it. */
export interface NewKey {
  readonly secret: string;
  readonly prefix: string;
  readonly hash: Buffer;
}

const form = /^tl_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/;

/** 256 bits of randomness. A fast hash is right for them: there is nothing to guess. */
export function newKey(random: (size: number) => Buffer = randomBytes): NewKey {
  const prefix = random(6).toString('hex');
  return keyOf(`tl_${prefix}_${random(32).toString('base64url')}`);
}

/** A key as it is presented. One that an operator chose is found by a part of its hash instead of by its prefix. */
export function keyOf(secret: string): NewKey {
  const hash = createHash('sha256').update(secret).digest();
  return { secret, prefix: form.exec(secret)?.[1] ?? `chosen-${hash.toString('hex').slice(0, 16)}`, hash };
}

export function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
