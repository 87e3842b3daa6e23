import type { Asker, FieldAccess } from '../platform/asker.js';

/** What a key or token may do. `admin` manages workspace, keys and segments; it does not imply the others. */
export const scopes = [
  'touchpoints:write',
  'customers:read',
  'customers:write',
  'issues:write',
  'journeys:write',
  'exports:read',
  'analytics:read',
  'evaluations:read',
  'evaluations:write',
  'evaluations:coach',
  'portal-tokens:write',
  'admin',
] as const;

export type Scope = (typeof scopes)[number];

/** An authenticated caller: always of one workspace. */
export class Caller implements Asker {
  constructor(
    readonly workspace: number,
    /** Who acts, as logs and histories name it: `key:<prefix>` or `user:<subject>`. */
    readonly actor: string,
    readonly scopes: ReadonlySet<Scope>,
    readonly customer: string | null = null,
    readonly isMasked = false,
    readonly isVisitor = false,
  ) {}

  may(access: FieldAccess): boolean {
    return this.customer === null ? this.scopes.has(access.scope as Scope) : access.customer === true;
  }
}
