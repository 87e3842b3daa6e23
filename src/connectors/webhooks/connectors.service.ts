import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../access/caller.js';
import { Database } from '../../platform/database.js';
import { requireId } from '../../platform/ids.js';
import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import { Secrets } from '../../platform/secrets.service.js';
import { StaleVersion } from '../../platform/stale-version.js';
import { requireText } from '../../platform/text-input.js';
import { isObject, type JsonObject } from '../json-value.js';
import {
  type ConnectorRow,
  type ConnectorState,
  holdConnectors,
  insertConnector,
  listConnectors,
  markConnectorDeleted,
  writeConnector,
  writeSecret,
} from './connector.queries.js';
import type {
  CreateConnectorInput,
  ReplayRequestsInput,
  RotateConnectorSecretInput,
  UpdateConnectorInput,
} from './connector.types.js';
import { ConnectorDirectory, kindOf, placeOfSecret } from './connector-directory.service.js';
import { requeueRequests } from './inbound.queries.js';
import { WEBHOOK_CLOCK, type WebhookClock } from './webhook-clock.js';
import type { WebhookKind } from './webhook-kind.js';
import { webhookKinds } from './webhook-kinds.js';

/** A connector whose secret was just set: the only moment at which it is known. */
export interface WithSecret {
  readonly connector: ConnectorState;
  readonly secret: string | null;
  /** True when we made it. */
  readonly isOurs: boolean;
}

const keyShape = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** Acts on connectors. Other instances notice a change within five seconds, a new secret at once. */
@Injectable()
export class Connectors {
  constructor(
    private readonly database: Database,
    private readonly secrets: Secrets,
    private readonly directory: ConnectorDirectory,
    @Inject(WEBHOOK_CLOCK) private readonly clock: WebhookClock,
  ) {}

  list({ workspace }: Caller): Promise<ConnectorState[]> {
    return this.database.inWorkspace(workspace, (db) => listConnectors(db, workspace));
  }

  async create({ workspace }: Caller, input: CreateConnectorInput): Promise<WithSecret> {
    if (!keyShape.test(input.key)) {
      throw new Refusal('INPUT_INVALID', 'A key has lower-case letters, digits, - and _, at most 63, and no - first.', {
        field: 'input.key',
      });
    }
    const kind = requireKind(input.kind);
    const name = requireText(input.name ?? input.key, 'input.name', limits.nameCharactersMax);
    const settings = settingsOf(kind, input.settings ?? {});
    const { secret, isOurs } = secretOf(kind, input.secret);
    const id = randomBytes(16).toString('hex');
    const sealed = secret === null ? null : this.secrets.seal(secret, placeOfSecret(workspace, id));
    const connector = { id, key: input.key, name, kind: kind.name, settings, secret: sealed };
    return this.database.inWorkspace(workspace, async (db) => {
      const limit = limits.connectorsPerWorkspaceMax;
      if ((await holdConnectors(db, workspace)).length >= limit) {
        throw new Refusal('TOO_MANY', `A workspace has at most ${limit} connectors.`, { field: 'input', limit });
      }
      if (!(await insertConnector(db, workspace, connector, this.clock.now()))) {
        throw new Refusal('KEY_TAKEN', 'There is a connector with that key already.', { field: 'input.key' });
      }
      return { connector: await this.stateOf(db, workspace, id), secret, isOurs };
    });
  }

  async update({ workspace }: Caller, input: UpdateConnectorInput): Promise<ConnectorState> {
    const id = requireId('connector', input.id, 'input.id');
    const name = input.name == null ? undefined : requireText(input.name, 'input.name', limits.nameCharactersMax);
    const state = await this.database.inWorkspace(workspace, async (db) => {
      const connector = requireConnector(await holdConnectors(db, workspace), id, 'input.id');
      if (connector.version !== input.version) throw new StaleVersion('connector', input.version, connector.version);
      const change = {
        name: name ?? connector.name,
        settings: input.settings == null ? connector.settings : settingsOf(requireKind(connector.kind), input.settings),
        isEnabled: input.enabled ?? connector.isEnabled,
      };
      await writeConnector(db, workspace, id, change, this.clock.now());
      return this.stateOf(db, workspace, id);
    });
    this.directory.forget(id);
    return state;
  }

  async delete({ workspace }: Caller, outerId: string): Promise<void> {
    const id = requireId('connector', outerId, 'input.id');
    await this.database.inWorkspace(workspace, async (db) => {
      requireConnector(await holdConnectors(db, workspace), id, 'input.id');
      await markConnectorDeleted(db, workspace, id, this.clock.now());
    });
    this.directory.forget(id);
  }

  /** The new secret is valid at once, the one before until the overlap ends; one from before that is not any more. */
  async rotate({ workspace }: Caller, input: RotateConnectorSecretInput): Promise<WithSecret> {
    const id = requireId('connector', input.id, 'input.id');
    const limit = limits.connectorOverlapSecondsMax;
    if (input.overlapSeconds < 0 || input.overlapSeconds > limit) {
      throw new Refusal('OUT_OF_RANGE', `The old secret overlaps by 0 to ${limit} seconds.`, {
        field: 'input.overlapSeconds',
        limit,
      });
    }
    const rotated = await this.database.inWorkspace(workspace, async (db) => {
      const connector = requireConnector(await holdConnectors(db, workspace), id, 'input.id');
      const { secret, isOurs } = secretOf(requireKind(connector.kind), input.secret);
      if (secret === null) {
        throw new Refusal('INPUT_INVALID', 'This kind of connector has no secret.', { field: 'input.id' });
      }
      const now = this.clock.now();
      const previousUntil = new Date(now.getTime() + input.overlapSeconds * 1000);
      const sealed = this.secrets.seal(secret, placeOfSecret(workspace, id));
      await writeSecret(db, workspace, id, sealed, previousUntil, now);
      return { connector: await this.stateOf(db, workspace, id), secret, isOurs };
    });
    this.directory.forget(id);
    return rotated;
  }

  /** Puts stored requests back into the queue; when there are more than one call takes, says where to go on. */
  async replay(
    { workspace, actor }: Caller,
    input: ReplayRequestsInput,
  ): Promise<{ readonly requests: number; readonly nextFrom: string | null }> {
    const connector = requireId('connector', input.connectorId, 'input.connectorId');
    const limit = limits.requestsPerReplayMax;
    if ((input.ids == null) === (input.from == null && input.to == null)) {
      throw new Refusal('ONE_OF_REQUIRED', 'Give ids, or from and to.', { field: 'input' });
    }
    if (input.ids && input.ids.length > limit) {
      throw new Refusal('TOO_MANY', `At most ${limit} requests are translated anew at once.`, {
        field: 'input.ids',
        limit,
      });
    }
    const wish = {
      actor,
      connector,
      ids: input.ids?.map((id, i) => requireId('inboundRequest', id, `input.ids[${i}]`)) ?? null,
      from: input.from == null ? null : new Date(input.from),
      to: input.to == null ? null : new Date(input.to),
    };
    const again = await this.database.inWorkspace(workspace, async (db) => {
      const [found] = await listConnectors(db, workspace, connector);
      requireConnector(found ? [found] : [], connector, 'input.connectorId');
      return requeueRequests(db, workspace, wish, this.clock.now(), limit);
    });
    // The last one comes again: two may have been received in the same millisecond.
    return {
      requests: again.length,
      nextFrom: again.length < limit ? null : (again.at(-1)?.receivedAt.toISOString() ?? null),
    };
  }

  private async stateOf(
    db: Parameters<typeof listConnectors>[0],
    workspace: number,
    id: string,
  ): Promise<ConnectorState> {
    const [state] = await listConnectors(db, workspace, id);
    return state as ConnectorState;
  }
}

function requireConnector<Row extends ConnectorRow>(rows: readonly Row[], id: string, field: string): Row {
  const row = rows.find((one) => one.id === id);
  if (!row) throw new Refusal('NOT_FOUND', 'There is no such connector.', { field });
  return row;
}

function requireKind(name: string): WebhookKind {
  const kind = kindOf(name);
  if (kind) return kind;
  const names = webhookKinds.map((one) => one.name).join(', ');
  throw new Refusal('INPUT_INVALID', `Kinds of connectors are ${names}.`, { field: 'input.kind' });
}

export function secretFrom(kind: WebhookKind): 'vendor' | 'us' | 'nobody' {
  return kind.secretFrom ?? (kind.proof === 'none' ? 'us' : 'vendor');
}

/** The secret as it was given, or one that we make where that is for us to do. */
function secretOf(kind: WebhookKind, given: string | null | undefined): { secret: string | null; isOurs: boolean } {
  const field = 'input.secret';
  const from = secretFrom(kind);
  if (given != null) {
    if (from === 'nobody') throw new Refusal('INPUT_INVALID', `${kind.title} has no secret.`, { field });
    const secret = requireText(given, field, limits.connectorSecretCharactersMax);
    kind.checkSecret?.(secret);
    return { secret, isOurs: false };
  }
  if (from === 'vendor') {
    throw new Refusal('TOO_FEW', `${kind.title} needs the secret that the vendor shows.`, { field, limit: 1 });
  }
  return from === 'us'
    ? { secret: randomBytes(32).toString('base64url'), isOurs: true }
    : { secret: null, isOurs: false };
}

function settingsOf(kind: WebhookKind, settings: unknown): JsonObject {
  const field = 'input.settings';
  if (!isObject(settings)) throw new Refusal('INPUT_INVALID', 'Settings are an object.', { field });
  const limit = limits.connectorSettingsBytesMax;
  const written = JSON.stringify(settings);
  if (Buffer.byteLength(written) > limit) {
    throw new Refusal('TOO_LONG', `Settings have at most ${limit} bytes of JSON.`, { field, limit });
  }
  if (!written.isWellFormed() || /\\u(0000|d[89a-f])/i.test(written)) {
    throw new Refusal('TEXT_INVALID', 'Settings hold a NUL or a lone surrogate, which no text may.', { field });
  }
  if (kind.checkSettings) kind.checkSettings(settings);
  else if (Object.keys(settings).length > 0) {
    throw new Refusal('INPUT_INVALID', `${kind.title} has no settings.`, { field });
  }
  return settings;
}
