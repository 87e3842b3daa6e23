import { domainToASCII } from 'node:url';
import parsePhoneNumber, { type CountryCode } from 'libphonenumber-js/max';
import { blockedBy } from './identifier-blocklist.js';
import type { EmailFolding, IdentifierType } from './identifier-type.js';

/** A value as it is compared and stored, or why it identifies nobody. */
export type Normalised =
  | { readonly value: string }
  | { readonly refused: 'BLOCKED' | 'INVALID'; readonly reason: string };

/** Words that systems write where they have no value. */
const placeholders = new Set(
  (
    '-1 null nil undefined none nan n/a na anonymous guest unknown unavailable withheld private restricted blocked ' +
    'no-number nonumber not-provided notprovided test@test.com noreply@example.com 00000000-0000-0000-0000-000000000000'
  ).split(' '),
);

const blocked = (reason: string): Normalised => ({ refused: 'BLOCKED', reason });
const invalid = (reason: string): Normalised => ({ refused: 'INVALID', reason });

/**
 * Brings an identifier into the one form in which it is compared. Placeholders are blocked in every type; text that is
 * no e-mail address or no valid telephone number is kept on the touchpoint but is not an identifier.
 * @param region ISO country of a telephone number without a country code
 */
export function normaliseIdentifier(type: IdentifierType, raw: string, region: string): Normalised {
  const text = raw.trim();
  const nobody = whyNobody(text);
  if (nobody !== null) return blocked(nobody);
  const normalised = type.isScoped ? scoped(type, text) : inOneForm(type, text, region);
  const byWorkspace =
    blockedBy(type.blocked, text) ?? ('value' in normalised ? blockedBy(type.blocked, normalised.value) : null);
  return byWorkspace === null ? normalised : blocked(byWorkspace);
}

/** Why a text stands where a system has no value, or null. */
function whyNobody(text: string): string | null {
  if (text === '') return 'empty';
  if (placeholders.has(text.toLowerCase())) return 'placeholder';
  if (/^0+$/.test(text)) return 'only zeros';
  return text.length >= 4 && /^(.)\1+$/u.test(text) ? 'one repeated character' : null;
}

/** `<account>:<id>`; what is behind the first colon is the id, and is a placeholder as often as any other. */
function scoped(type: IdentifierType, text: string): Normalised {
  const colon = text.indexOf(':');
  const account = text.slice(0, Math.max(colon, 0)).trim();
  const id = text.slice(colon + 1).trim();
  if (account === '') return invalid('names no account or page');
  const nobody = whyNobody(id);
  return nobody === null ? inOneForm(type, `${account}:${id}`, '') : blocked(nobody);
}

function inOneForm(type: IdentifierType, text: string, region: string): Normalised {
  if (type.comparison === 'email') return normaliseEmail(text, type.folding);
  if (type.name === 'whatsapp' && businessScopedId.test(text)) return { value: text.replace(/^whatsapp:/i, '') };
  if (type.comparison === 'phone') return normalisePhone(text, region);
  const composed = text.normalize('NFC');
  return { value: type.comparison === 'exact' ? composed : composed.toLowerCase().normalize('NFC') };
}

function normaliseEmail(text: string, folding: EmailFolding): Normalised {
  const address = text.normalize('NFKC').toLowerCase();
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  if (at < 1 || local.length > 64 || /[\s<>(),;:\\"]/.test(local)) return invalid('not an e-mail address');
  const domain = domainToASCII(address.slice(at + 1));
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain) || domain.length > 253) return invalid('not an e-mail address');
  return { value: `${folded(local, folding)}@${domain}` };
}

/** How WhatsApp names a user who hides the telephone number: `US.13491208655302741918`, `US.ENT.1181…`. */
const businessScopedId = /^(whatsapp:)?[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;

/** What is behind a plus, and dots, where the workspace says that they make no difference. */
function folded(local: string, { plus, dots }: EmailFolding): string {
  const cut = plus && local.indexOf('+') > 0 ? local.slice(0, local.indexOf('+')) : local;
  const joined = dots ? cut.replaceAll('.', '') : cut;
  return joined === '' ? local : joined;
}

/** Parsing a number takes some ten microseconds and callers repeat themselves. Emptied when full. */
const known = new Map<string, Normalised>();
const knownMax = 100_000;

function normalisePhone(text: string, region: string): Normalised {
  const key = `${region}${text}`;
  const found = known.get(key);
  if (found) return found;
  if (known.size >= knownMax) known.clear();
  const result = parsePhone(text, region);
  known.set(key, result);
  return result;
}

function parsePhone(text: string, region: string): Normalised {
  // Twilio and SIP put the channel before the number; some systems write 00 for +.
  const plain = text
    .replace(/^(whatsapp|tel|sip|phone|sms):/i, '')
    .replace(/@.*$/, '')
    .replace(/^00(?=[1-9])/, '+');
  if (!/\d/.test(plain)) return blocked('number withheld');
  const parsed = parsePhoneNumber(plain, region as CountryCode);
  if (!parsed) return invalid('not a valid telephone number');
  const number = mobileVariant(parsed.number);
  const checked = number === parsed.number ? parsed : parsePhoneNumber(number);
  return checked?.isValid() ? { value: number } : invalid('not a valid telephone number');
}

/**
 * The same mobile telephone is written with and without a digit in three countries: Brazil's ninth digit, Argentina's
 * 9 after the country code, Mexico's 1 after it. One form stands for both.
 */
function mobileVariant(number: string): string {
  return number
    .replace(/^\+55([1-9]\d)([6-9]\d{7})$/, '+55$19$2')
    .replace(/^\+549(\d{10})$/, '+54$1')
    .replace(/^\+521(\d{10})$/, '+52$1');
}
