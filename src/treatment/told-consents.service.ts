import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Events } from '../platform/events.js';
import { deterministicId } from '../platform/ids.js';
import { TOUCHPOINTS_RECORDED, type TouchpointsRecorded } from '../touchpoints/touchpoints.events.js';
import { readToldConsent } from './told-consent.js';
import { findConsentTouchpoints, insertToldConsents } from './told-consent.queries.js';
import { TREATMENT_CLOCK, type TreatmentClock } from './treatment-clock.js';

/** Consents come in with touchpoints too, by whatever way: an SDK’s event, a webhook, a row of a file. */
@Injectable()
export class ToldConsents implements OnModuleInit {
  constructor(
    private readonly events: Events,
    @Inject(TREATMENT_CLOCK) private readonly clock: TreatmentClock,
  ) {}

  onModuleInit(): void {
    this.events.subscribe(TOUCHPOINTS_RECORDED, 9, async (db, { workspace, payload }) => {
      const { touchpoints } = payload as TouchpointsRecorded;
      if (touchpoints.length === 0) return;
      const told = (await findConsentTouchpoints(db, workspace, touchpoints)).flatMap(
        ({ id: touchpoint, occurredAt, attributes }) => {
          const consent = readToldConsent(attributes, occurredAt);
          if (!consent) return [];
          const { purpose, channel, state, expiresAt } = consent;
          const parts = [touchpoint, purpose, channel ?? '', state, occurredAt.getTime(), expiresAt?.getTime() ?? ''];
          return [{ ...consent, touchpoint, id: deterministicId('told consent', ...parts.map(String)) }];
        },
      );
      if (told.length > 0) await insertToldConsents(db, workspace, told, this.clock.now());
    });
  }
}
