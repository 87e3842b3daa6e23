import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from 'jose';

/** What the issuer's server does when it is asked for its keys. */
export type Mood = 'well' | 'error' | 'garbage' | 'no keys' | 'hangs up';

export interface Issuer {
  readonly url: string;
  readonly audience: string;
  mood: Mood;
  /** How often somebody fetched the keys, and any other address. */
  fetched: number;
  strayed: string[];
  readonly environment: Record<string, string>;
  readonly publicPem: string;
  readonly publicJwk: JWK;
  readonly keys: JWK[];
  /** Of another kind, for algorithms that are allowed and some that are not. */
  signWithCurve(claims: Record<string, unknown>, alg: 'EdDSA' | 'Ed25519'): Promise<string>;
  /** Signs claims; what is undefined is left out. */
  sign(claims: Record<string, unknown>, header?: Partial<JWTHeaderParameters>): Promise<string>;
  stop(): Promise<void>;
}

/** An identity provider on loopback: one key, one key set. */
export async function startIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const curve = await generateKeyPair('Ed25519', { extractable: true });
  const { alg: _, ...curveJwk } = { ...(await exportJWK(curve.publicKey)), kid: 'curve' };
  const audience = 'throughline-test';
  const server = createServer((request, response) => {
    if (request.url !== '/jwks') issuer.strayed.push(request.url ?? '');
    else issuer.fetched++;
    if (issuer.mood === 'hangs up') request.socket.destroy();
    else if (issuer.mood === 'error') response.writeHead(500).end('down for maintenance');
    else if (issuer.mood === 'garbage') response.writeHead(200).end('<html>');
    else if (issuer.mood === 'no keys') response.writeHead(200).end('{"keys":"none"}');
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: issuer.keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: Issuer = {
    url,
    audience,
    mood: 'well',
    fetched: 0,
    strayed: [],
    environment: { OIDC_ISSUER: url, OIDC_AUDIENCE: audience, OIDC_JWKS_URL: `${url}/jwks` },
    publicPem: await exportSPKI(publicKey),
    publicJwk,
    keys: [publicJwk, curveJwk],
    signWithCurve: (claims, alg) =>
      new SignJWT(claims).setProtectedHeader({ alg, kid: 'curve' }).sign(curve.privateKey),
    sign: (claims, header = {}) => {
      const given = Object.entries(claims).filter(([, value]) => value !== undefined);
      return new SignJWT(Object.fromEntries(given))
        .setProtectedHeader({ alg: 'RS256', kid: 'one', ...header })
        .sign(privateKey, { crit: { weird: true } });
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return issuer;
}

export const seconds = (): number => Math.floor(Date.now() / 1000);
export const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
