import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { IntakeSettingsService } from './intake-settings.service.js';
import { IntakeSettings, IntakeSettingsPayload, UpdateIntakeSettingsInput } from './intake-settings.types.js';

@Resolver()
export class IntakeSettingsResolver {
  constructor(private readonly settings: IntakeSettingsService) {}

  @Query(() => IntakeSettings, { description: 'What the workspace has decided on what comes in.' })
  @Access('admin')
  intakeSettings(@CurrentCaller() caller: Caller): Promise<IntakeSettings> {
    return this.settings.read(caller);
  }

  @Mutation(() => IntakeSettingsPayload, {
    description: 'Changes the settings that you have read, for what comes in from now on, and for what is replayed.',
  })
  @Access('admin')
  async updateIntakeSettings(
    @Args('input', { description: 'The change.' }) input: UpdateIntakeSettingsInput,
    @CurrentCaller() caller: Caller,
  ): Promise<IntakeSettingsPayload> {
    return { settings: await this.settings.update(caller, input) };
  }
}
