import type { FastifyInstance } from 'fastify';

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

/** Lets pages of the configured origins ask at an address that another framework answers. */
export function letBrowsersAsk(server: FastifyInstance, address: string, origins: string): void {
  server.addHook('onRequest', async (request, reply) => {
    if (request.url.split('?')[0] !== address) return;
    reply.headers(browserAccess(origins, request.headers.origin));
    const isPreflight = request.method === 'OPTIONS' && 'access-control-request-method' in request.headers;
    if (!isPreflight) return;
    return reply.headers(preflightAnswer(request.headers['access-control-request-headers'])).status(204).send();
  });
}
