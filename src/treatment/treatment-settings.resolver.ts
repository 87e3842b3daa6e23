import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { Treatments } from './treatment-settings.service.js';
import {
  TreatmentSettings,
  UpdateTreatmentSettingsInput,
  UpdateTreatmentSettingsPayload,
} from './treatment-settings.types.js';

@Resolver()
export class TreatmentSettingsResolver {
  constructor(private readonly treatments: Treatments) {}

  @Query(() => TreatmentSettings, { description: 'By what figures this workspace treats its customers.' })
  @Access('customers:read')
  treatmentSettings(@CurrentCaller() caller: Caller): Promise<TreatmentSettings> {
    return this.treatments.read(caller);
  }

  @Mutation(() => UpdateTreatmentSettingsPayload, {
    description: 'Changes by what figures this workspace treats its customers.',
  })
  @Access('admin')
  async updateTreatmentSettings(
    @Args('input', { description: 'What to change.' }) input: UpdateTreatmentSettingsInput,
    @CurrentCaller() caller: Caller,
  ): Promise<UpdateTreatmentSettingsPayload> {
    return { settings: await this.treatments.update(caller, input) };
  }
}
