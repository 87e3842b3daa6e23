import { Injectable } from '@nestjs/common';
import { ApiKeys } from '../access/api-keys.service.js';
import type { Caller } from '../access/caller.js';
import type { IdentifierInput } from '../identity/identifier.input.js';
import { formsOf, IdentifierTypes, requireType } from '../identity/identifier-types.js';
import { profileExists } from '../identity/profile.queries.js';
import { findHolders, isKnown } from '../identity/visitor.queries.js';
import { Database } from '../platform/database.js';
import { externalId, requireId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { requireText } from '../platform/text-input.js';
import { Ingest } from './ingest.service.js';
import { type Exchange, exchangeFor, type Shown, visitorKnown } from './portal-exchange.js';
import type { CreatePortalTokenInput, CreatePortalTokenPayload } from './portal-token.types.js';
import { checkIdentification } from './touchpoint-check.js';

/** Gives a portal's back end tokens that are bound to one customer. */
@Injectable()
export class PortalTokens {
  constructor(
    private readonly keys: ApiKeys,
    private readonly database: Database,
    private readonly types: IdentifierTypes,
    private readonly ingest: Ingest,
  ) {}

  async create(caller: Caller, input: CreatePortalTokenInput): Promise<CreatePortalTokenPayload> {
    if ((input.customerId == null) === (input.identifiers == null)) {
      throw new Refusal('ONE_OF_REQUIRED', 'Give exactly one of customerId and identifiers.', {
        field: 'input.customerId',
      });
    }
    this.keys.requirePortalSeconds(input.expiresInSeconds);
    const { profile, heldBack } =
      input.customerId == null
        ? await this.exchange(caller, input.identifiers ?? [])
        : { profile: await this.recognised(caller, input.customerId), heldBack: [] };
    const { workspace, isMasked } = caller;
    const isVisitor = !(await this.database.inWorkspace(workspace, (db) => isKnown(db, workspace, profile)));
    const binding = { customer: profile, isVisitor, isMasked };
    const { key, secret } = await this.keys.makePortalToken(workspace, binding, input.expiresInSeconds);
    const expiresAt = (key.expires_at as Date).toISOString();
    return { token: secret, expiresAt, customerId: externalId('customer', profile), isVisitor, heldBack };
  }

  /** Whom the portal says that it has recognised. */
  private async recognised({ workspace }: Caller, customerId: string): Promise<string> {
    const field = 'input.customerId';
    const profile = requireId('customer', customerId, field);
    const isThere = await this.database.inWorkspace(workspace, (db) => profileExists(db, workspace, profile));
    if (!isThere) throw new Refusal('NOT_FOUND', 'There is no such customer.', { field });
    return profile;
  }

  /** Whom identifiers stand for; one of whom nobody has heard is made, and what is free is joined. */
  private async exchange(
    caller: Caller,
    identifiers: readonly IdentifierInput[],
  ): Promise<{ profile: string; heldBack: string[] }> {
    const { workspace } = caller;
    const shown = await this.shown(workspace, identifiers);
    const { isVisitor, joining, heldBack } = exchangeFor(shown, caller.scopes.has('customers:write'));
    const statement = { source: 'portal', identifiers: joining.map(({ input }) => input) };
    const [recorded] = await this.ingest.record(workspace, [statement], (one, _, context) =>
      checkIdentification(one, 'input', context),
    );
    if (!recorded || 'refusal' in recorded) throw recorded?.refusal ?? new Error('Nothing was recorded.');
    return { profile: await this.provenProfile(workspace, joining, isVisitor), heldBack: heldBack.map(nameOf) };
  }

  /**
   * The profile that the strongest identifier stands for now: whatever became of the others. Anybody may have said more
   * of it meanwhile, so it is looked at again.
   */
  private async provenProfile(workspace: number, joining: Exchange['joining'], isVisitor: boolean): Promise<string> {
    const [strongest] = await this.held(workspace, joining.slice(0, 1));
    const field = 'input.identifiers';
    if (!strongest?.holder || strongest.holder.isDoubtful) {
      throw new Refusal('IDENTIFIER_DOUBTFUL', 'These identifiers name nobody for sure.', { field });
    }
    if (isVisitor && strongest.holder.isKnown) throw visitorKnown(field);
    return strongest.holder.profile;
  }

  private async shown(workspace: number, identifiers: readonly IdentifierInput[]): Promise<Shown[]> {
    const field = 'input.identifiers';
    const limit = limits.identifiersPerPortalTokenMax;
    if (identifiers.length === 0) throw new Refusal('TOO_FEW', 'Name who it is for.', { field, limit: 1 });
    if (identifiers.length > limit) throw new Refusal('TOO_MANY', `${field} names at most ${limit}.`, { field, limit });
    const rules = await this.types.of(workspace);
    const read = identifiers.map((input, place): Shown => {
      const type = requireType(rules, input.type, `${field}[${place}].type`);
      const value = requireText(input.value, `${field}[${place}].value`, limits.identifierValueCharactersMax);
      const forms = formsOf(rules, type, value, input.region?.toUpperCase() ?? null);
      const values = 'refused' in forms ? [] : [forms.value, ...(forms.former === null ? [] : [forms.former])];
      return { input, type, values, holder: null };
    });
    return this.held(workspace, read);
  }

  private async held(workspace: number, shown: readonly Shown[]): Promise<Shown[]> {
    const keys = shown.map(({ type, values }) => ({ type: type.name, values }));
    const holders = await this.database.inWorkspace(workspace, (db) => findHolders(db, workspace, keys));
    return shown.map((one) => {
      const values = one.values.filter((value) => holders.some((h) => h.type === one.type.name && h.value === value));
      const holder = holders.find((h) => h.type === one.type.name && h.value === values[0]) ?? null;
      return { ...one, holder };
    });
  }
}

const nameOf = ({ type }: Shown): string => type.name;
