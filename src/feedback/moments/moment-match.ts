import { internal } from '../../touchpoints/vocabulary.js';

/** SQL: that a moment of truth marks a touchpoint, from the aliases of their rows. */
export const isMoment = (moment: string, touchpoint: string): string =>
  `${moment}.is_active and ${touchpoint}.direction <> ${internal} and ${touchpoint}.kind = any(${moment}.kinds)
      and (${moment}.channels is null or ${touchpoint}.channel = any(${moment}.channels))
      and (${moment}.topics is null or ${touchpoint}.topic = any(${moment}.topics))`;
