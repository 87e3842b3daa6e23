import { Module } from '@nestjs/common';
import { Composer } from '../platform/composer.js';
import { consentShapes, purposeById } from './consent.sections.js';
import { ConsentPurposes } from './consent-purposes.service.js';
import { ConsentsResolver, CustomerConsentsResolver, consentPayloadResolvers } from './consents.resolver.js';
import { CustomerConsents } from './consents.service.js';
import { mayContactShapes } from './may-contact.sections.js';
import { MergePreviewConsentsResolver } from './merge-preview.resolver.js';
import { MergePreviewConsents } from './merge-preview.service.js';
import { preferenceShapes } from './preference.sections.js';
import {
  CustomerPreferencesResolver,
  PreferencesResolver,
  preferencesPayloadResolver,
} from './preferences.resolver.js';
import { CustomerPreferences } from './preferences.service.js';
import { CustomerRoutingResolver } from './routing.resolver.js';
import { routingShapes } from './routing.sections.js';
import { ToldConsents } from './told-consents.service.js';
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
    ConsentPurposes,
    CustomerConsents,
    CustomerConsentsResolver,
    ConsentsResolver,
    ...consentPayloadResolvers,
    MergePreviewConsents,
    MergePreviewConsentsResolver,
    CustomerRoutingResolver,
    ToldConsents,
    Treatments,
    TreatmentSettingsResolver,
    { provide: TREATMENT_CLOCK, useFactory: realClock },
  ],
})
export class TreatmentModule {
  constructor(composer: Composer) {
    composer.contribute(preferenceShapes(composer));
    composer.contribute(consentShapes(composer));
    composer.contribute(mayContactShapes(composer));
    composer.contribute(routingShapes(composer));
    composer.contributeNode('purpose', { type: 'ConsentPurpose', from: purposeById });
  }
}
