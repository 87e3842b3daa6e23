import { Injectable } from '@nestjs/common';
import { Refusal } from '../platform/refusal.js';
import { ApiKeys } from './api-keys.service.js';
import type { Caller } from './caller.js';
import { Tokens } from './tokens.service.js';
import { outgrown, Visitors } from './visitors.js';

const headerCharactersMax = 8_192;

/** Turns what a request presents into a caller. There is no anonymous access. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly keys: ApiKeys,
    private readonly tokens: Tokens,
    private readonly visitors: Visitors,
  ) {}

  /**
   * `Authorization: Bearer <key or token>`, or Basic with the key as user name where a client can do no other.
   * @throws Refusal UNAUTHENTICATED
   */
  async authenticate(headers: { readonly authorization?: string | undefined }): Promise<Caller> {
    return this.proveSecret(presentedSecret(headers.authorization));
  }

  /** A key or token from where else a protocol puts it, such as `writeKey` in a body. */
  async proveSecret(secret: string): Promise<Caller> {
    if (secret === '') throw new Refusal('KEY_MISSING', 'Send an API key: Authorization: Bearer <key>.');
    if (looksLikeToken.test(secret)) return this.tokens.prove(secret);
    const caller = await this.keys.prove(secret);
    if (!(await this.visitors.hasOutgrown(caller))) return caller;
    // Another process may have bound it to whom she proved to be.
    this.keys.forget(caller);
    const anew = await this.keys.prove(secret);
    if (anew.isVisitor) throw outgrown();
    return anew;
  }
}

/**
 * The key or token that an `authorization` presents.
 * @throws Refusal UNAUTHENTICATED
 */
export function presentedSecret(authorization: string | undefined): string {
  if (!authorization) throw new Refusal('KEY_MISSING', 'Send an API key: Authorization: Bearer <key>.');
  if (authorization.length > headerCharactersMax) throw new Refusal('KEY_UNKNOWN', 'This API key is not known.');
  const [, scheme, credentials] = /^(Bearer|Basic) +(\S+) *$/i.exec(authorization) ?? [];
  if (!scheme || !credentials) throw new Refusal('KEY_MISSING', 'Send an API key: Authorization: Bearer <key>.');
  return scheme.toLowerCase() === 'basic' ? userNameOf(credentials) : credentials;
}

/** Three parts, of which the first is a JSON object in base64url; a key that an operator chose may have dots too. */
const looksLikeToken = /^ey[\w-]*\.[\w-]+\.[\w-]*$/;

function userNameOf(credentials: string): string {
  const decoded = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon < 0 ? decoded : decoded.slice(0, colon);
}
