import { Inject, Injectable } from '@nestjs/common';
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { CONFIG, type Config } from '../platform/config.js';
import { parseId } from '../platform/ids.js';
import { Refusal } from '../platform/refusal.js';
import { isStorable } from '../platform/text-input.js';
import { Caller, type Scope, scopes } from './caller.js';
import { Workspaces } from './workspaces.service.js';

/** Asymmetric only: a public key must never be usable as a shared secret (RFC 8725, 2.1). */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** What a role in the claim `role` may do. */
const scopesOfRole: Readonly<Record<string, readonly Scope[]>> = {
  agent: [
    'customers:read',
    'customers:write',
    'touchpoints:write',
    'issues:write',
    'journeys:write',
    'evaluations:read',
    'evaluations:write',
  ],
  supervisor: [
    'customers:read',
    'customers:write',
    'touchpoints:write',
    'issues:write',
    'journeys:write',
    'exports:read',
    'analytics:read',
    'evaluations:read',
    'evaluations:write',
    'evaluations:coach',
  ],
  analyst: ['customers:read', 'exports:read', 'analytics:read', 'evaluations:read'],
  admin: scopes,
  portal: [],
};

/**
 * JSON Web Tokens of the configured OIDC issuer. Signature, algorithm, issuer, audience and expiry are required; the
 * claims `workspace` (its key), `role` and, for portals, `customer` (a customer id) say what the bearer may do.
 */
@Injectable()
export class Tokens {
  readonly #keys;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly workspaces: Workspaces,
  ) {
    this.#keys = config.oidc && createRemoteJWKSet(new URL(config.oidc.jwksUrl), { timeoutDuration: 3_000 });
  }

  async prove(token: string): Promise<Caller> {
    const claims = await this.verify(token);
    const { workspace: key, role, customer } = claims;
    const workspace = typeof key === 'string' ? await this.workspaces.find(key) : null;
    const granted = typeof role === 'string' && Object.hasOwn(scopesOfRole, role) ? scopesOfRole[role] : undefined;
    if (workspace === null || !granted || !isName(claims.sub)) throw invalid();
    const profile = typeof customer === 'string' ? parseId('customer', customer) : null;
    if ((role === 'portal' || customer !== undefined) && profile === null) throw invalid();
    // A token that names a customer is bound to it, whatever its role: the least of the two rights.
    // Whatever is not plainly unmasked is masked.
    const isMasked = claims['masked'] !== undefined && claims['masked'] !== false;
    return new Caller(workspace, `user:${claims.sub}`, new Set(granted), profile, isMasked);
  }

  private async verify(token: string): Promise<JWTPayload> {
    const { oidc } = this.config;
    if (!oidc || !this.#keys) throw invalid();
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        algorithms,
        issuer: oidc.issuer,
        audience: oidc.audience,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: 5,
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired)
        throw new Refusal('TOKEN_EXPIRED', 'This token has expired.', { cause: error });
      if (isIssuersFault(error)) {
        const sentence = 'The token issuer’s keys cannot be fetched. Try again in a moment.';
        throw new Refusal('ISSUER_UNAVAILABLE', sentence, { cause: error });
      }
      throw invalid(error);
    }
  }
}

/** The key set did not come, or what came was none: that says nothing about the token. */
function isIssuersFault(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return true;
  return ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'].includes(error.code);
}

/** A subject is written into histories, so it must be text that the database holds. */
function isName(sub: unknown): boolean {
  return typeof sub === 'string' && sub !== '' && sub.length <= 255 && isStorable(sub);
}

const invalid = (cause?: unknown) => new Refusal('TOKEN_INVALID', 'This token is not valid here.', { cause });
