/** The place in the built page where the nonce of one answer goes. */
const noncePlace = /__NONCE__/g;

/**
 * Everything that a page of ours may do: its own files, its own API, and nothing of anybody else.
 * @param issuer where people sign in, which alone the page may ask beside the service
 */
export function contentPolicy(nonce: string, issuer?: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "font-src 'self'",
    `connect-src 'self'${issuer === undefined ? '' : ` ${new URL(issuer).origin}`}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

export function pageWithNonce(page: string, nonce: string): string {
  return page.replace(noncePlace, nonce);
}

/** What goes with every answer: nothing is guessed, nobody is told where the reader came from. */
export const safeHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

/**
 * What lies in `embed/` is for pages of other origins: a script that is nobody’s secret. The rest is for the console
 * itself.
 */
export function headersOf(path: string): Readonly<Record<string, string>> {
  if (!path.startsWith('embed/')) return safeHeaders;
  return { ...safeHeaders, 'cross-origin-resource-policy': 'cross-origin', 'access-control-allow-origin': '*' };
}

/** Files in `assets/` have a hash of their content in their name: they never change; a script for others keeps its name. */
export function cacheControlOf(path: string): string {
  if (path.startsWith('assets/')) return 'public, max-age=31536000, immutable';
  return path.startsWith('embed/') ? 'public, max-age=300' : 'no-cache';
}
