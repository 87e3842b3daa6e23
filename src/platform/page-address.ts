import { limits } from './limits.js';
import { Refusal } from './refusal.js';

/**
 * The address of a page to which a token is added. It goes behind the page's `#`, where neither servers nor their logs
 * see it.
 */
export function pageAddress(text: string, field: string): string {
  const limit = limits.pageAddressCharactersMax;
  if (text.length > limit) throw new Refusal('TOO_LONG', `A link has at most ${limit} characters.`, { field, limit });
  const url = URL.canParse(text) ? new URL(text) : null;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && url.hostname === 'localhost');
  if (url && isSafe && url.hash === '' && url.username === '') return url.href;
  throw new Refusal('INPUT_INVALID', 'A link is an https address without a user and without #.', { field });
}
