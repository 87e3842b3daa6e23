import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { DateTime, JsonScalar } from '../../platform/scalars.js';

export const SecretOrigin = { VENDOR: 'VENDOR', US: 'US', NOBODY: 'NOBODY' } as const;
export type SecretOrigin = keyof typeof SecretOrigin;
registerEnumType(SecretOrigin, {
  name: 'SecretOrigin',
  description: 'Who makes the secret of a connector.',
  valuesMap: {
    VENDOR: { description: 'The vendor: it must be given.' },
    US: { description: 'We, when none is given; it is shown once.' },
    NOBODY: { description: 'There is none.' },
  },
});

@ObjectType({ description: 'A vendor whose webhooks are understood.' })
export class ConnectorKind {
  @Field({ description: 'What `createConnector` calls it.' })
  name!: string;

  @Field({ description: 'Its name for people.' })
  title!: string;

  @Field({ description: 'True when the vendor signs what it sends; else the secret stands in the address.' })
  signs!: boolean;

  @Field(() => SecretOrigin, { description: 'Who makes the secret.' })
  secretFrom!: SecretOrigin;
}

@ObjectType({ description: 'The latest request of a vendor of which something could not be stored.' })
export class ConnectorFailure {
  @Field(() => DateTime, { description: 'When it was received.' })
  at!: string;

  @Field({ description: 'A reason of the error catalogue; the dead letters say more.' })
  reason!: string;

  @Field(() => ID, { description: 'The request, for `replayRequests`.' })
  requestId!: string;
}

@ObjectType({ description: 'A vendor’s account that calls us. Its secret is never answered again.' })
export class Connector {
  @Field(() => ID, { description: 'Its id: it stands in its address and cannot be guessed.' })
  id!: string;

  @Field({ description: 'Its name for machines; it never changes.' })
  key!: string;

  @Field({ description: 'Its name for people.' })
  name!: string;

  @Field({ description: 'The vendor: one of `connectorKinds`.' })
  kind!: string;

  @Field(() => JsonScalar, { description: 'What its kind needs to know; docs/ways-in.md says what.' })
  settings!: unknown;

  @Field({ description: 'Where the vendor sends to; without the secret that some vendors need in it.' })
  url!: string;

  @Field(() => Boolean, {
    description: 'False while it takes nothing: the vendor is told that there is no such address.',
  })
  enabled!: boolean;

  @Field(() => Int, { description: 'Give it to `updateConnector`, which refuses when someone was faster.' })
  version!: number;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: string;

  @Field(() => DateTime, { description: 'When it changed last.' })
  updatedAt!: string;

  @Field(() => DateTime, { nullable: true, description: 'Since when the present secret is valid.' })
  secretChangedAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Until when the secret before is valid too.' })
  previousSecretUntil!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the latest request came that is still kept.' })
  lastReceivedAt!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When a request was refused because it proved no sender; to the minute. The secret may be wrong.',
  })
  lastRejectedAt!: string | null;

  @Field(() => Int, { description: 'Requests that are still kept, counted up to 100,000.' })
  receivedCount!: number;

  @Field(() => Int, { description: 'Of these, how many wait to be translated.' })
  waitingCount!: number;

  @Field(() => Int, { description: 'Of these, how many left a dead letter.' })
  failedCount!: number;

  @Field(() => ConnectorFailure, { nullable: true, description: 'The latest of those.' })
  lastFailure!: ConnectorFailure | null;
}

@InputType({ description: 'A connector to make.' })
export class CreateConnectorInput {
  @Field({ description: 'Lower-case letters, digits, `-` and `_`, at most 63 characters; unique in the workspace.' })
  key!: string;

  @Field(() => String, { nullable: true, description: 'Its name for people; the key when left out.' })
  name?: string | null;

  @Field({ description: 'The vendor: one of `connectorKinds`.' })
  kind!: string;

  @Field(() => JsonScalar, { nullable: true, description: 'What its kind needs to know: an object of at most 16 kB.' })
  settings?: unknown;

  @Field(() => String, { nullable: true, description: 'The secret that the vendor shows. Stored encrypted.' })
  secret?: string | null;
}

@InputType({ description: 'Changes of a connector: what is left out stays.' })
export class UpdateConnectorInput {
  @Field(() => ID, { description: 'The connector.' })
  id!: string;

  @Field(() => Int, {
    description: 'The version that you read; refused with VERSION_STALE when it is not the present one.',
  })
  version!: number;

  @Field(() => String, { nullable: true, description: 'Its name for people.' })
  name?: string | null;

  @Field(() => JsonScalar, { nullable: true, description: 'All of its settings from now on.' })
  settings?: unknown;

  @Field(() => Boolean, { nullable: true, description: 'False to take nothing for a while.' })
  enabled?: boolean | null;
}

@InputType({ description: 'A connector to delete.' })
export class DeleteConnectorInput {
  @Field(() => ID, { description: 'The connector.' })
  id!: string;
}

@InputType({ description: 'A new secret for a connector.' })
export class RotateConnectorSecretInput {
  @Field(() => ID, { description: 'The connector.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'The new secret of the vendor; one that we make when left out.' })
  secret?: string | null;

  @Field(() => Int, {
    defaultValue: 86_400,
    description: 'How long the old secret stays valid beside the new one: 0 to a week; a day when left out.',
  })
  overlapSeconds!: number;
}

@InputType({ description: 'Which requests to translate anew: by their ids, or by when they were received.' })
export class ReplayRequestsInput {
  @Field(() => ID, { description: 'The connector that they came to.' })
  connectorId!: string;

  @Field(() => [ID], { nullable: true, description: 'These: at most 10,000.' })
  ids?: string[] | null;

  @Field(() => DateTime, { nullable: true, description: 'Received at this instant or later.' })
  from?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Received before this instant.' })
  to?: string | null;
}

@ObjectType({ description: 'The connector that was made.' })
export class CreateConnectorPayload {
  @Field(() => Connector, { description: 'The connector.' })
  connector!: Connector;

  @Field({ description: 'What to enter at the vendor: with the secret, where the vendor signs nothing.' })
  callUrl!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The secret, when we made it. It is in this answer and nowhere else.',
  })
  secret!: string | null;
}

@ObjectType({ description: 'The connector as it is now.' })
export class UpdateConnectorPayload {
  @Field(() => Connector, { description: 'The connector.' })
  connector!: Connector;
}

@ObjectType({ description: 'The connector that is gone.' })
export class DeleteConnectorPayload {
  @Field(() => ID, { description: 'Its id. What it told stays.' })
  deletedId!: string;
}

@ObjectType({ description: 'The connector with its new secret.' })
export class RotateConnectorSecretPayload {
  @Field(() => Connector, { description: 'The connector.' })
  connector!: Connector;

  @Field({ description: 'What to enter at the vendor: with the secret, where the vendor signs nothing.' })
  callUrl!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The secret, when we made it. It is in this answer and nowhere else.',
  })
  secret!: string | null;
}

@ObjectType({ description: 'What is translated anew, in the background.' })
export class ReplayRequestsPayload {
  @Field(() => Int, { description: 'How many requests.' })
  requests!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Where to go on, as `from`, when there are more than 10,000; null when these are all.',
  })
  nextFrom!: string | null;
}
