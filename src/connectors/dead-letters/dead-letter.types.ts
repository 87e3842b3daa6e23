import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, PageArgs } from '../../platform/page.js';
import { DateTime, JsonScalar } from '../../platform/scalars.js';
import { RecordError } from '../../touchpoints/record.types.js';

/** Stored as its place in this list: append only. */
export const deadLetterStates = ['WAITING', 'REPLAYED', 'DISCARDED'] as const;

export type DeadLetterState = (typeof deadLetterStates)[number];

export const DeadLetterState = Object.fromEntries(deadLetterStates.map((state) => [state, state])) as {
  [State in DeadLetterState]: State;
};

registerEnumType(DeadLetterState, {
  name: 'DeadLetterState',
  description: 'What became of a dead letter.',
  valuesMap: {
    WAITING: { description: 'Nothing was done about it yet, or its replay was refused too.' },
    REPLAYED: { description: 'A replay stored it.' },
    DISCARDED: { description: 'Somebody decided that it is not worth storing.' },
  },
});

@ObjectType({ description: 'An item that a way in took and could not store. Nothing of it was stored.' })
export class DeadLetter {
  @Field(() => ID, { description: 'To give to `replayDeadLetters` and `discardDeadLetters`.' })
  id!: string;

  @Field(() => DateTime, { description: 'When it came first; the same item again leaves no second letter.' })
  receivedAt!: string;

  @Field({ description: 'The format by which it is understood, also when it is replayed.' })
  dialect!: string;

  @Field({ description: 'Who sent it, as its touchpoint’s source would have been.' })
  source!: string;

  @Field({ description: 'Why it was not stored, by the last attempt: a reason of docs/errors.md.' })
  reason!: string;

  @Field(() => String, { nullable: true, description: 'Path of the field that was at fault.' })
  field!: string | null;

  @Field(() => String, { nullable: true, description: 'The same in a sentence; null for masked callers.' })
  message!: string | null;

  @Field(() => String, { nullable: true, description: 'The item as it came, as JSON; null for masked callers.' })
  raw!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The item as it was mended for the last replay, as JSON; null for masked callers.',
  })
  mended!: string | null;

  @Field(() => DeadLetterState)
  state!: DeadLetterState;

  @Field(() => Int, { description: 'Replays so far.' })
  attempts!: number;

  @Field(() => DateTime, { nullable: true, description: 'When it was replayed last.' })
  triedAt!: string | null;

  @Field(() => String, { nullable: true, description: 'Who replayed it last: `key:…` or `user:…`.' })
  triedBy!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was stored or discarded.' })
  settledAt!: string | null;

  @Field(() => String, { nullable: true, description: 'Who had it stored or discarded it.' })
  settledBy!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was discarded.' })
  settledReason!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The touchpoint that a replay made of it; null when it only says who somebody is.',
  })
  touchpointId!: string | null;
}

export const DeadLetterConnection = connectionOf(() => DeadLetter, 'DeadLetter');

@ObjectType({ description: 'Dead letters that wait and have these in common.' })
export class DeadLetterTotal {
  @Field({ description: 'The format by which they are understood.' })
  dialect!: string;

  @Field({ description: 'Who sent them.' })
  source!: string;

  @Field({ description: 'Why they were not stored.' })
  reason!: string;

  @Field(() => Int, { description: 'How many.' })
  count!: number;

  @Field(() => DateTime, { description: 'When the first of them came.' })
  oldestAt!: string;

  @Field(() => DateTime, { description: 'When the last of them came.' })
  newestAt!: string;
}

@ArgsType()
export class DeadLettersArgs extends PageArgs {
  @Field(() => DeadLetterState, { nullable: true, description: 'Only those in this state; WAITING when left out.' })
  state?: DeadLetterState;

  @Field(() => String, { nullable: true, description: 'Only those of this source.' })
  source?: string;

  @Field(() => String, { nullable: true, description: 'Only those with this reason.' })
  reason?: string;

  @Field(() => DateTime, { nullable: true, description: 'Only what came at this instant or later.' })
  from?: string;

  @Field(() => DateTime, { nullable: true, description: 'Only what came before this instant.' })
  to?: string;
}

@InputType({ description: 'Which of the dead letters that wait; each condition that is given must hold.' })
export class DeadLetterFilter {
  @Field(() => String, { nullable: true, description: 'Of this source.' })
  source?: string | null;

  @Field(() => String, { nullable: true, description: 'With this reason.' })
  reason?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Came at this instant or later.' })
  from?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Came before this instant.' })
  to?: string | null;
}

@InputType({ description: 'How items are mended before they are replayed: exactly one of the two.' })
export class MendInput {
  @Field(() => JsonScalar, {
    nullable: true,
    description:
      'A JSON Patch (RFC 6902) of at most 50 operations, applied to each item as it came or was mended last.',
  })
  patch?: unknown;

  @Field(() => String, { nullable: true, description: 'JSON in place of the item; for one dead letter only.' })
  raw?: string | null;
}

@InputType({ description: 'Which dead letters to replay: exactly one of `ids` and `filter`.' })
export class ReplayDeadLettersInput {
  @Field(() => [ID], { nullable: true, description: '1 to 1,000.' })
  ids?: string[] | null;

  @Field(() => DeadLetterFilter, {
    nullable: true,
    description: 'The oldest 1,000 that wait and fit; `hasMore` says whether there are more.',
  })
  filter?: DeadLetterFilter | null;

  @Field(() => MendInput, { nullable: true, description: 'What to change before; nothing when left out.' })
  mend?: MendInput | null;

  @Field(() => Boolean, { defaultValue: false, description: 'True for old ones, which must raise no alarm.' })
  backfill!: boolean;
}

export const ReplayOutcome = { STORED: 'STORED', DUPLICATE: 'DUPLICATE', REFUSED: 'REFUSED' } as const;

registerEnumType(ReplayOutcome, {
  name: 'ReplayOutcome',
  description: 'What became of a dead letter that was replayed.',
  valuesMap: {
    STORED: { description: 'It is stored.' },
    DUPLICATE: { description: 'What it says was stored already.' },
    REFUSED: { description: 'It waits on; `error` says why.' },
  },
});

@ObjectType({ description: 'What became of one dead letter.' })
export class ReplayResult {
  @Field(() => ID, { description: 'The dead letter.' })
  id!: string;

  @Field(() => ReplayOutcome)
  outcome!: keyof typeof ReplayOutcome;

  @Field(() => ID, { nullable: true, description: 'Its touchpoint; null when it only says who somebody is.' })
  touchpointId!: string | null;

  @Field(() => ID, { nullable: true, description: 'Its customer; the id answers also after merges.' })
  customerId!: string | null;

  @Field(() => RecordError, { nullable: true })
  error!: RecordError | null;
}

@ObjectType()
export class ReplayDeadLettersPayload {
  @Field(() => [ReplayResult], { description: 'One for each that was replayed, oldest first.' })
  results!: ReplayResult[];

  @Field(() => [ID], {
    description:
      'Of the given ids those that do not wait: unknown, replayed or discarded before, or in another replay.',
  })
  skippedIds!: string[];

  @Field({ description: 'Whether more fit the filter than one call replays.' })
  hasMore!: boolean;
}

@InputType({ description: 'Which dead letters to discard: exactly one of `ids` and `filter`.' })
export class DiscardDeadLettersInput {
  @Field(() => [ID], { nullable: true, description: '1 to 1,000.' })
  ids?: string[] | null;

  @Field(() => DeadLetterFilter, {
    nullable: true,
    description: 'The oldest 1,000 that wait and fit; `hasMore` says whether there are more.',
  })
  filter?: DeadLetterFilter | null;

  @Field({ description: 'Why they are not worth storing: 1 to 200 characters. It is kept with them.' })
  reason!: string;
}

@ObjectType()
export class DiscardDeadLettersPayload {
  @Field(() => [ID], { description: 'Those that were discarded, oldest first.' })
  discardedIds!: string[];

  @Field(() => [ID], { description: 'Of the given ids those that do not wait.' })
  skippedIds!: string[];

  @Field({ description: 'Whether more fit the filter than one call discards.' })
  hasMore!: boolean;
}
