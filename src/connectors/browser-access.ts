/**
 * Headers that let pages of the configured origins read our answers. Never with credentials: who calls is proven by a
 * key in the request, so no page can act with what a browser keeps for another.
 * @param origins `*`, or a list with commas
 */
export function browserAccess(origins: string, origin: string | undefined): Record<string, string> {
  if (origins.trim() === '*') return { 'access-control-allow-origin': '*' };
  const isAllowed = origin !== undefined && origins.split(',').some((one) => one.trim() === origin);
  return isAllowed ? { 'access-control-allow-origin': origin, vary: 'Origin' } : { vary: 'Origin' };
}

/** What a preflight asks for beside the origin; the SDKs' own headers differ from version to version. */
export function preflightAnswer(requestedHeaders: string | undefined): Record<string, string> {
  return {
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': requestedHeaders ?? 'authorization, content-type, content-encoding',
    'access-control-max-age': '86400',
  };
}
