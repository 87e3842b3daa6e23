import * as oauth from 'oauth4webapi';
import { returnPath } from './return-path.js';
import { type SignInSettings, signInSettings } from './settings.js';

const place = 'throughline.sign-in';

/** What is kept in the tab while somebody signs in elsewhere; it works once. */
interface Begun {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  readonly returnTo: string;
}

/** Goes to the issuer to sign in: Authorization Code with PKCE. */
export async function beginSignIn(settings: SignInSettings): Promise<void> {
  const { authorization_endpoint: endpoint } = await discover(settings);
  if (!endpoint) throw new Error('The issuer names no place to sign in.');
  const begun: Begun = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    returnTo: location.pathname + location.search,
  };
  sessionStorage.setItem(place, JSON.stringify(begun));
  const address = new URL(endpoint);
  const asked = {
    client_id: settings.clientId,
    redirect_uri: redirectUri(),
    response_type: 'code',
    scope: 'openid',
    state: begun.state,
    nonce: begun.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier),
    code_challenge_method: 'S256',
    audience: settings.audience,
    // RFC 8707 asks for an address.
    ...(URL.canParse(settings.audience) ? { resource: settings.audience } : {}),
  };
  for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
  location.assign(address);
}

/** What somebody who comes back from the issuer is signed in with, and where to go on. */
export async function endSignIn(): Promise<{ readonly token: string; readonly returnTo: string }> {
  const begun = taken();
  const settings = await signInSettings();
  if (!begun || !settings) throw new Error('This sign-in was not begun in this tab. Begin again.');
  const server = await discover(settings);
  const client: oauth.Client = { client_id: settings.clientId };
  const parameters = oauth.validateAuthResponse(server, client, new URL(location.href), begun.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    redirectUri(),
    begun.verifier,
    insecure(settings),
  );
  const answer = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: begun.nonce,
    requireIdToken: true,
  });
  // Some issuers give access tokens that only they can read; theirs is the ID token then.
  const token = isJwt(answer.access_token) ? answer.access_token : (answer.id_token ?? '');
  return { token, returnTo: returnPath(begun.returnTo) };
}

async function discover(settings: SignInSettings): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(settings.issuer);
  const response = await oauth.discoveryRequest(issuer, { algorithm: 'oidc', ...insecure(settings) });
  return oauth.processDiscoveryResponse(issuer, response);
}

/** Without TLS only where the operator said so by the issuer’s address, as on a developer’s machine. */
function insecure({ issuer }: SignInSettings) {
  return { [oauth.allowInsecureRequests]: issuer.startsWith('http://') };
}

function redirectUri(): string {
  return `${location.origin}/console/signed-in`;
}

function taken(): Begun | null {
  const text = sessionStorage.getItem(place);
  sessionStorage.removeItem(place);
  return text === null ? null : (JSON.parse(text) as Begun);
}

function isJwt(token: string): boolean {
  return token.split('.').length === 3;
}
