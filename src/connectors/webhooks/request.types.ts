import { ArgsType, Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, PageArgs } from '../../platform/page.js';
import { DateTime, JsonScalar } from '../../platform/scalars.js';

/** As `request.sections.ts` makes them of a row: places in this list. */
export const requestStates = ['WAITING', 'TRANSLATED', 'REFUSED', 'PARTLY_REFUSED'] as const;

export type RequestState = (typeof requestStates)[number];

export const RequestState = Object.fromEntries(requestStates.map((state) => [state, state])) as {
  [State in RequestState]: State;
};

registerEnumType(RequestState, {
  name: 'ConnectorRequestState',
  description: 'What became of a request of a vendor.',
  valuesMap: {
    WAITING: { description: 'It is stored and waits to be translated, for the first time or anew.' },
    TRANSLATED: { description: 'All that it tells is stored; it may tell nothing.' },
    REFUSED: { description: 'It could not be read: it is a dead letter.' },
    PARTLY_REFUSED: { description: 'It was read, and something that it tells is a dead letter.' },
  },
});

@ObjectType({ description: 'A request of a vendor, as it was stored before anybody understood it.' })
export class ConnectorRequest {
  @Field(() => ID, { description: 'To give to `replayRequests`.' })
  id!: string;

  @Field(() => ID, { description: 'The connector that was called; it may be deleted since.' })
  connectorId!: string;

  @Field({ description: 'The kind of that connector.' })
  kind!: string;

  @Field(() => DateTime, { description: 'When it came.' })
  receivedAt!: string;

  @Field({ description: '`GET` or `POST`.' })
  method!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Path and query, without what proves the sender; null for masked callers.',
  })
  url!: string | null;

  @Field(() => JsonScalar, {
    nullable: true,
    description: 'The headers that its kind reads, without what proves the sender; null for masked callers.',
  })
  headers!: unknown;

  @Field(() => Int, { description: 'How many bytes its body has.' })
  bodyBytes!: number;

  @Field(() => RequestState)
  state!: RequestState;

  @Field(() => DateTime, { nullable: true, description: 'When it was translated last; null while it waits.' })
  finishedAt!: string | null;

  @Field(() => Int, { description: 'How many items of it are stored, by its last translation.' })
  storedCount!: number;

  @Field(() => Int, { description: 'How many of them were refused.' })
  refusedCount!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Why the first of those was: a reason of docs/errors.md.',
  })
  reason!: string | null;

  @Field(() => Int, { description: 'How often it was given to `replayRequests`, counted up to 255.' })
  replays!: number;
}

export const ConnectorRequestConnection = connectionOf(() => ConnectorRequest, 'ConnectorRequest');

@ArgsType()
export class ConnectorRequestsArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only those of this connector, also when it is deleted.' })
  connectorId?: string;

  @Field(() => [RequestState], { nullable: true, description: 'Only those of which this became; all when left out.' })
  state?: RequestState[];

  @Field(() => DateTime, { nullable: true, description: 'Only what came at this instant or later.' })
  from?: string;

  @Field(() => DateTime, { nullable: true, description: 'Only what came before this instant.' })
  to?: string;
}

@ArgsType()
export class BodyArgs {
  @Field(() => Int, { defaultValue: 0, description: 'How many bytes to pass over: 0 to 33,554,432.' })
  offset!: number;

  @Field(() => Int, { defaultValue: 16_384, description: 'How many bytes to answer with: 1 to 65,536.' })
  bytes!: number;
}
