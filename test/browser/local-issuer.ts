import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

/** A real OIDC provider on this machine, with pages to sign in; anybody may, with any password. */
export interface LocalIssuer {
  readonly url: string;
  readonly environment: Record<string, string>;
  /** Begins to answer: the console’s address must be known for it. */
  begin(consoleUrl: string, claims: Record<string, unknown>): Promise<void>;
  stop(): void;
}

const audience = 'https://throughline.example/api';

export async function startLocalIssuer(): Promise<LocalIssuer> {
  let answer: ReturnType<Provider['callback']> | null = null;
  const server: Server = createServer((request, response) => void answer?.(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    environment: {
      OIDC_ISSUER: url,
      OIDC_AUDIENCE: audience,
      OIDC_JWKS_URL: `${url}/jwks`,
      OIDC_CLIENT_ID: 'console',
    },
    begin: async (consoleUrl, claims) => {
      const { privateKey } = await generateKeyPair('RS256', { extractable: true });
      const provider = new Provider(url, {
        jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig' }] },
        cookies: { keys: ['of this test only'] },
        clients: [
          {
            client_id: 'console',
            application_type: 'native',
            token_endpoint_auth_method: 'none',
            redirect_uris: [`${consoleUrl}/console/signed-in`],
          },
        ],
        findAccount: (_context, accountId) => ({ accountId, claims: async () => ({ sub: accountId }) }),
        ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
        clientBasedCORS: () => true,
        extraTokenClaims: () => claims,
        features: {
          resourceIndicators: {
            enabled: true,
            getResourceServerInfo: () => ({ scope: '', audience, accessTokenFormat: 'jwt' }),
            useGrantedResource: () => true,
          },
        },
      });
      answer = provider.callback();
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
