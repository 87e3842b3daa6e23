import { Args, Mutation, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { Caller } from '../../access/caller.js';
import { CurrentCaller } from '../../platform/current-caller.js';
import { Access } from '../../platform/field-access.js';
import { answeredByComposer } from '../../platform/page.js';
import { Issue } from '../issues.types.js';
import { Sla } from './sla.service.js';
import { IssueSla, SlaSettingsType, UpdateSlaSettingsInput, UpdateSlaSettingsPayload } from './sla.types.js';

@Resolver(() => Issue)
export class IssueSlaResolver {
  @ResolveField(() => IssueSla, { nullable: true, description: 'What was promised for it; null when nothing was.' })
  sla(): IssueSla {
    return answeredByComposer();
  }
}

@Resolver()
export class SlaResolver {
  constructor(private readonly sla: Sla) {}

  @Query(() => SlaSettingsType, { description: 'What the workspace promises for its issues.' })
  @Access('customers:read')
  async slaSettings(@CurrentCaller() caller: Caller): Promise<object> {
    return this.sla.settings(caller);
  }

  @Mutation(() => UpdateSlaSettingsPayload, { description: 'Changes what the workspace promises for its issues.' })
  @Access('admin')
  async updateSlaSettings(
    @Args('input', { description: 'The settings in whole.' }) input: UpdateSlaSettingsInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.sla.update(caller, input);
  }
}
