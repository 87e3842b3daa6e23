import {
  Args,
  ArgsType,
  Context,
  Field,
  ID,
  Info,
  Int,
  Mutation,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../access/caller.js';
import { Customer } from '../identity/customer.types.js';
import { Answers, type GraphqlContext } from '../platform/answers.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access, ShownToCustomer } from '../platform/field-access.js';
import { answeredByComposer, PageArgs } from '../platform/page.js';
import { payloadNode } from '../platform/payload-node.js';
import { Touchpoint, TouchpointConnection, TouchpointsArgs } from '../touchpoints/touchpoint.types.js';
import { Brief } from './brief.types.js';
import {
  AdvanceJourneyInput,
  AdvanceJourneyPayload,
  CancelJourneyInput,
  CancelJourneyPayload,
  CompleteJourneyInput,
  CompleteJourneyPayload,
  MigrateJourneysInput,
  MigrateJourneysPayload,
  PauseJourneyInput,
  PauseJourneyPayload,
  StartJourneyInput,
  StartJourneyPayload,
} from './journey-acts.types.js';
import { JourneyMigration } from './journey-migration.service.js';
import { JourneyStart } from './journey-start.service.js';
import type { JourneyStatus as JourneyStatusWord } from './journey-state.js';
import { type JourneyAct, Journeys } from './journeys.service.js';
import { Journey, JourneyConnection, JourneyStatus } from './journeys.types.js';

@ArgsType()
class JourneysArgs extends PageArgs {
  @Field(() => [JourneyStatus], { nullable: true, description: 'Only these; all when left out.' })
  status?: JourneyStatusWord[];

  @Field(() => String, { nullable: true, description: 'Only of the blueprint with this key.' })
  blueprint?: string;
}

@Resolver(() => Customer)
export class CustomerJourneysResolver {
  @ResolveField(() => JourneyConnection, { description: 'Journeys, newest first by `startedAt`, then id.' })
  @ShownToCustomer()
  journeys(@Args() _args: JourneysArgs): object {
    return answeredByComposer();
  }
}

@ArgsType()
class BriefArgs {
  @Field(() => Int, { defaultValue: 1_500, description: 'Characters that it may have at most: 100 to 10,000.' })
  maxChars!: number;
}

@Resolver(() => Customer)
export class CustomerBriefResolver {
  @ResolveField(() => Brief, {
    description: 'Her open journeys and issues, what was tried and said last, and what is next.',
  })
  brief(@Args() _args: BriefArgs): Brief {
    return answeredByComposer();
  }
}

@Resolver(() => Touchpoint)
export class TouchpointJourneyResolver {
  @ResolveField(() => Journey, { nullable: true, description: 'The journey that it belongs to, once it has started.' })
  @ShownToCustomer()
  journey(): Journey {
    return answeredByComposer();
  }
}

@Resolver(() => Journey)
export class JourneyFieldsResolver {
  @ResolveField(() => Customer, { description: 'Whose journey it is.' })
  @ShownToCustomer()
  customer(): Customer {
    return answeredByComposer();
  }

  @ResolveField(() => Brief, {
    description: 'What the next one to go on with it should know: what was tried, what was said, what is next.',
  })
  brief(@Args() _args: BriefArgs): Brief {
    return answeredByComposer();
  }

  @ResolveField(() => TouchpointConnection, { description: 'What was said and done on it, newest first.' })
  @ShownToCustomer()
  touchpoints(@Args() _args: TouchpointsArgs): object {
    return answeredByComposer();
  }
}

@Resolver(() => Journey)
export class JourneyResolver {
  constructor(
    private readonly journeys: Journeys,
    private readonly starts: JourneyStart,
    private readonly migration: JourneyMigration,
    private readonly answers: Answers,
  ) {}

  @Query(() => Journey, { nullable: true, description: 'One journey, by its id.' })
  @Access('customers:read', { customer: true })
  async journey(
    @Args('id', { type: () => ID, description: 'Its global id.' }) _id: string,
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Journey | null> {
    return this.answers.field(context, info);
  }

  @Mutation(() => StartJourneyPayload, { description: 'Starts a journey; one that was named before is answered.' })
  @Access('journeys:write', { customer: true })
  async startJourney(
    @Args('input', { description: 'What to start, and for whom.' }) input: StartJourneyInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    const { id, isChanged } = await this.starts.start(caller, input);
    return { innerId: id, isNew: isChanged };
  }

  @Mutation(() => AdvanceJourneyPayload, {
    description: 'Goes one step further, or keeps what the present step was told so far.',
  })
  @Access('journeys:write', { customer: true })
  async advanceJourney(
    @Args('input', { description: 'Where to, and with what.' }) input: AdvanceJourneyInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return actOf(await this.journeys.advance(caller, input));
  }

  @Mutation(() => CompleteJourneyPayload, { description: 'Ends a journey at a terminal step.' })
  @Access('journeys:write', { customer: true })
  async completeJourney(
    @Args('input', { description: 'Which, and where.' }) input: CompleteJourneyInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return actOf(await this.journeys.complete(caller, input));
  }

  @Mutation(() => PauseJourneyPayload, { description: 'Lets a journey rest; `resumeJourney` goes on with it.' })
  @Access('journeys:write', { customer: true })
  async pauseJourney(
    @Args('input', { description: 'Which.' }) input: PauseJourneyInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return actOf(await this.journeys.pause(caller, input));
  }

  @Mutation(() => CancelJourneyPayload, { description: 'Ends a journey without its goal.' })
  @Access('journeys:write', { customer: true })
  async cancelJourney(
    @Args('input', { description: 'Which.' }) input: CancelJourneyInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return actOf(await this.journeys.cancel(caller, input));
  }

  @Mutation(() => MigrateJourneysPayload, {
    description:
      'Moves open journeys to another version of their blueprint. With `dryRun` (the default) it says which would not fit.',
  })
  @Access('admin')
  async migrateJourneys(
    @Args('input', { description: 'From where to where.' }) input: MigrateJourneysInput,
    @CurrentCaller() caller: Caller,
  ): Promise<MigrateJourneysPayload> {
    return this.migration.migrate(caller, input);
  }
}

function actOf({ id, isChanged }: JourneyAct): object {
  return { innerId: id, isChanged };
}

/** The journey that an act was about. */
export const journeyNode = {
  name: 'journey',
  type: () => Journey,
  kind: 'journey',
  description: 'The journey as it is now.',
} as const;

export const journeyPayloadResolvers = [
  StartJourneyPayload,
  AdvanceJourneyPayload,
  CompleteJourneyPayload,
  PauseJourneyPayload,
  CancelJourneyPayload,
].map((payload) => payloadNode(payload, journeyNode));
