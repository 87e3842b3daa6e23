import { membersOf } from '../identity/customer-row.sections.js';
import type { Composer, Shapes } from '../platform/composer.js';
import { raw, sql, word } from '../platform/sql.js';
import { idOf } from '../touchpoints/touchpoint.sections.js';
import { channels } from '../touchpoints/vocabulary.js';
import { continuityOfTouchpoint } from './matter.sections.js';

/** Row alias `cy` for a change of channel or agent. */
export const continuityShapes = (q: Composer): Shapes => ({
  Touchpoint: {
    continuity: (f) => q.object(f, continuityOfTouchpoint(f, membersOf(f, raw('t.profile_id')))),
  },
  Continuity: {
    kind: raw(`case when cy.by is null then 'STARTED_OVER' else 'CARRIED_OVER' end`),
    by: raw('cy.by'),
    changes: raw(`to_json(array_remove(array[case when cy.is_channel then 'CHANNEL' end,
      case when cy.is_agent then 'AGENT' end], null))`),
    fromTouchpointId: idOf('tp', 'cy.id'),
    fromChannel: sql`coalesce(${word('cy.channel', channels)}, 'OTHER')`,
  },
});
