import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../access/caller.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { CurrentCaller } from '../../platform/current-caller.js';
import { Access } from '../../platform/field-access.js';
import { externalId } from '../../platform/ids.js';
import type { ConnectorState } from './connector.queries.js';
import {
  Connector,
  ConnectorKind,
  CreateConnectorInput,
  CreateConnectorPayload,
  DeleteConnectorInput,
  DeleteConnectorPayload,
  ReplayRequestsInput,
  ReplayRequestsPayload,
  RotateConnectorSecretInput,
  RotateConnectorSecretPayload,
  type SecretOrigin,
  UpdateConnectorInput,
  UpdateConnectorPayload,
} from './connector.types.js';
import { kindOf } from './connector-directory.service.js';
import { Connectors, secretFrom, type WithSecret } from './connectors.service.js';
import { originOf } from './request-url.js';
import { webhookKinds } from './webhook-kinds.js';

/** What stands on the context of a GraphQL request beside the caller. */
interface Asked {
  readonly req: FastifyRequest;
}

@Resolver(() => Connector)
export class ConnectorResolver {
  constructor(
    private readonly connectorActs: Connectors,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Query(() => [Connector], { description: 'The connectors of the workspace, oldest first.' })
  @Access('admin')
  async connectors(@CurrentCaller() caller: Caller, @Context() context: Asked): Promise<Connector[]> {
    return (await this.connectorActs.list(caller)).map((row) => this.shown(row, context));
  }

  @Query(() => [ConnectorKind], { description: 'The vendors whose webhooks are understood.' })
  @Access('admin')
  connectorKinds(): ConnectorKind[] {
    return webhookKinds.map((kind) => ({
      name: kind.name,
      title: kind.title,
      signs: kind.proof === 'signature',
      secretFrom: secretFrom(kind).toUpperCase() as SecretOrigin,
    }));
  }

  @Mutation(() => CreateConnectorPayload, { description: 'Makes a connector, for one account at a vendor.' })
  @Access('admin')
  async createConnector(
    @Args('input', { description: 'What to make.' }) input: CreateConnectorInput,
    @CurrentCaller() caller: Caller,
    @Context() context: Asked,
  ): Promise<CreateConnectorPayload> {
    return this.withSecret(await this.connectorActs.create(caller, input), context);
  }

  @Mutation(() => UpdateConnectorPayload, { description: 'Changes a connector that you have read.' })
  @Access('admin')
  async updateConnector(
    @Args('input', { description: 'What to change.' }) input: UpdateConnectorInput,
    @CurrentCaller() caller: Caller,
    @Context() context: Asked,
  ): Promise<UpdateConnectorPayload> {
    return { connector: this.shown(await this.connectorActs.update(caller, input), context) };
  }

  @Mutation(() => DeleteConnectorPayload, { description: 'Deletes a connector; what it told stays.' })
  @Access('admin')
  async deleteConnector(
    @Args('input', { description: 'Which.' }) input: DeleteConnectorInput,
    @CurrentCaller() caller: Caller,
  ): Promise<DeleteConnectorPayload> {
    await this.connectorActs.delete(caller, input.id);
    return { deletedId: input.id };
  }

  @Mutation(() => RotateConnectorSecretPayload, {
    description: 'Gives a connector a new secret, valid at once; the old one stays valid for a while beside it.',
  })
  @Access('admin')
  async rotateConnectorSecret(
    @Args('input', { description: 'Which, and how.' }) input: RotateConnectorSecretInput,
    @CurrentCaller() caller: Caller,
    @Context() context: Asked,
  ): Promise<RotateConnectorSecretPayload> {
    return this.withSecret(await this.connectorActs.rotate(caller, input), context);
  }

  @Mutation(() => ReplayRequestsPayload, {
    description:
      'Translates stored requests anew, in the background: what is told better updates the touchpoints that are there, ' +
      'and nothing is stored twice.',
  })
  @Access('admin')
  replayRequests(
    @Args('input', { description: 'Which.' }) input: ReplayRequestsInput,
    @CurrentCaller() caller: Caller,
  ): Promise<ReplayRequestsPayload> {
    return this.connectorActs.replay(caller, input);
  }

  private withSecret({ connector, secret, isOurs }: WithSecret, context: Asked): CreateConnectorPayload {
    const shown = this.shown(connector, context);
    const needsToken = kindOf(connector.kind)?.proof === 'none' && secret !== null;
    const callUrl = needsToken ? `${shown.url}?token=${encodeURIComponent(secret)}` : shown.url;
    return { connector: shown, callUrl, secret: isOurs ? secret : null };
  }

  private shown(row: ConnectorState, { req }: Asked): Connector {
    const id = externalId('connector', row.id);
    return {
      id,
      key: row.key,
      name: row.name,
      kind: row.kind,
      settings: row.settings,
      url: `${originOf(this.config.publicUrl, req.headers)}/v1/webhooks/${id}`,
      enabled: row.isEnabled,
      version: row.version,
      createdAt: row.createdAt.toISOString(),
      updatedAt: row.updatedAt.toISOString(),
      secretChangedAt: row.secretChangedAt?.toISOString() ?? null,
      previousSecretUntil: row.previousSecretUntil?.toISOString() ?? null,
      lastReceivedAt: row.lastReceivedAt?.toISOString() ?? null,
      lastRejectedAt: row.lastRejectedAt?.toISOString() ?? null,
      receivedCount: row.received,
      waitingCount: row.waiting,
      failedCount: row.failed,
      lastFailure: row.lastFailure && {
        at: new Date(row.lastFailure.at).toISOString(),
        reason: row.lastFailure.reason,
        requestId: externalId('inboundRequest', row.lastFailure.request),
      },
    };
  }
}
