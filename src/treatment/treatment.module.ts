import { Module } from '@nestjs/common';
import { Composer } from '../platform/composer.js';
import { preferenceShapes } from './preference.sections.js';
import {
  CustomerPreferencesResolver,
  PreferencesResolver,
  preferencesPayloadResolver,
} from './preferences.resolver.js';
import { CustomerPreferences } from './preferences.service.js';
import { TREATMENT_CLOCK, type TreatmentClock } from './treatment-clock.js';
import { TreatmentSettingsResolver } from './treatment-settings.resolver.js';
import { Treatments } from './treatment-settings.service.js';

const realClock = (): TreatmentClock => ({ now: () => new Date() });

@Module({
  providers: [
    CustomerPreferences,
    CustomerPreferencesResolver,
    PreferencesResolver,
    preferencesPayloadResolver,
    Treatments,
    TreatmentSettingsResolver,
    { provide: TREATMENT_CLOCK, useFactory: realClock },
  ],
})
export class TreatmentModule {
  constructor(composer: Composer) {
    composer.contribute(preferenceShapes(composer));
  }
}
