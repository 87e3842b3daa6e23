import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { IdentitySettingsService } from './identity-settings.service.js';
import {
  IdentitySettings,
  IdentitySettingsInput,
  IdentitySettingsPayload,
  IdentitySettingsPreview,
  UpdateIdentitySettingsInput,
} from './identity-settings.types.js';
import { IdentitySettingsPreviews } from './identity-settings-preview.service.js';

@Resolver()
export class IdentitySettingsResolver {
  constructor(
    private readonly settings: IdentitySettingsService,
    private readonly previews: IdentitySettingsPreviews,
  ) {}

  @Query(() => IdentitySettings, { description: 'What the workspace has decided on identifiers.' })
  @Access('admin')
  identitySettings(@CurrentCaller() caller: Caller): Promise<IdentitySettings> {
    return this.settings.read(caller);
  }

  @Query(() => IdentitySettingsPreview, {
    description: 'Whom a change of the settings would touch; it changes nothing. Looks for four seconds at most.',
  })
  @Access('admin')
  previewIdentitySettings(
    @Args('input', { description: 'The change.' }) input: IdentitySettingsInput,
    @CurrentCaller() caller: Caller,
  ): Promise<IdentitySettingsPreview> {
    return this.previews.preview(caller, input);
  }

  @Mutation(() => IdentitySettingsPayload, {
    description:
      'Changes the settings that you have read. What is stored stays as it is, and is found all the same; ' +
      '`reapplyIdentitySettings` brings it into the new form.',
  })
  @Access('admin')
  async updateIdentitySettings(
    @Args('input', { description: 'The change.' }) input: UpdateIdentitySettingsInput,
    @CurrentCaller() caller: Caller,
  ): Promise<IdentitySettingsPayload> {
    return { settings: await this.settings.update(caller, input) };
  }

  @Mutation(() => IdentitySettingsPayload, {
    description:
      'Brings stored identifiers into the form of the changed rules, in the background. Two that become the same join ' +
      'their customers as if a touchpoint had named both, or are reported; `identitySettings.reapplication` tells how far it is.',
  })
  @Access('admin')
  async reapplyIdentitySettings(@CurrentCaller() caller: Caller): Promise<IdentitySettingsPayload> {
    return { settings: await this.settings.reapply(caller) };
  }
}
