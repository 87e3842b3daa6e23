import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { SignalThresholdSettings } from './signal-settings.service.js';
import { SignalSettings, UpdateSignalSettingsInput, UpdateSignalSettingsPayload } from './signal-settings.types.js';

@Resolver()
export class SignalSettingsResolver {
  constructor(private readonly settings: SignalThresholdSettings) {}

  @Query(() => SignalSettings, { description: 'From when on something is a signal in this workspace.' })
  @Access('customers:read')
  signalSettings(@CurrentCaller() caller: Caller): Promise<SignalSettings> {
    return this.settings.read(caller);
  }

  @Mutation(() => UpdateSignalSettingsPayload, { description: 'Changes from when on something is a signal.' })
  @Access('admin')
  async updateSignalSettings(
    @Args('input', { description: 'What to change.' }) input: UpdateSignalSettingsInput,
    @CurrentCaller() caller: Caller,
  ): Promise<UpdateSignalSettingsPayload> {
    return { settings: await this.settings.update(caller, input) };
  }
}
