import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { IdentifierInput } from './identifier.input.js';
import { IdentifierMarks } from './identifier-marks.service.js';
import {
  IdentifierActInput,
  IdentifierActPayload,
  IdentifierState,
  MarkIdentifierSharedInput,
} from './identifier-marks.types.js';

@Resolver()
export class IdentifierMarksResolver {
  constructor(private readonly marks: IdentifierMarks) {}

  @Query(() => IdentifierState, {
    nullable: true,
    description: 'What is known of an identifier itself, also when it names nobody any more; null when it is unknown.',
  })
  @Access('customers:read')
  identifierState(
    @Args('identifier', { description: 'Which.' }) identifier: IdentifierInput,
    @CurrentCaller() caller: Caller,
  ): Promise<IdentifierState | null> {
    return this.marks.state(caller, identifier);
  }

  @Mutation(() => IdentifierActPayload, {
    description: 'Says that several people use an identifier, or that only one does. A shared one joins nobody.',
  })
  @Access('customers:write')
  async markIdentifierShared(
    @Args('input', { description: 'Which, and why.' }) input: MarkIdentifierSharedInput,
    @CurrentCaller() caller: Caller,
  ): Promise<IdentifierActPayload> {
    return { identifier: await this.marks.markShared(caller, input.identifier, input.shared, input.reason) };
  }

  @Mutation(() => IdentifierActPayload, { description: 'Keeps an identifier from joining anybody.' })
  @Access('customers:write')
  async quarantineIdentifier(
    @Args('input', { description: 'Which, and why.' }) input: IdentifierActInput,
    @CurrentCaller() caller: Caller,
  ): Promise<IdentifierActPayload> {
    return { identifier: await this.marks.quarantine(caller, input.identifier, input.reason) };
  }

  @Mutation(() => IdentifierActPayload, {
    description: 'Lets a quarantined identifier join again. Whom it tried to join before no longer counts.',
  })
  @Access('customers:write')
  async releaseIdentifier(
    @Args('input', { description: 'Which, and why.' }) input: IdentifierActInput,
    @CurrentCaller() caller: Caller,
  ): Promise<IdentifierActPayload> {
    return { identifier: await this.marks.release(caller, input.identifier, input.reason) };
  }
}
