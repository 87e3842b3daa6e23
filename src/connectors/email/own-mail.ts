import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';

/** Domains (with their sub-domains) and addresses of the company's own, in small letters. */
export type OwnMail = readonly string[];

/**
 * Reads `?own=acme.example,support@elsewhere.example`, which may be repeated, or a list of them.
 * @throws Refusal naming the field
 */
export function readOwnMail(value: unknown, field = 'own'): OwnMail {
  const given = (Array.isArray(value) ? value : [value ?? '']).flatMap((one) => String(one).split(','));
  const own = given.map((one) => one.trim().toLowerCase().replace(/^@/, '')).filter((one) => one !== '');
  const limit = limits.ownMailMax;
  if (own.length > limit) {
    throw new Refusal('TOO_MANY', `At most ${limit} domains and addresses are one’s own.`, { field, limit });
  }
  const bad = own.find((one) => !/^([^\s@,]{1,64}@)?[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(one) || one.length > 320);
  if (bad === undefined) return own;
  throw new Refusal('INPUT_INVALID', 'One’s own is a domain such as acme.example, or an address.', { field });
}

export function isOwn(address: string, own: OwnMail): boolean {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return own.some((one) => (one.includes('@') ? one === address : domain === one || domain.endsWith(`.${one}`)));
}
