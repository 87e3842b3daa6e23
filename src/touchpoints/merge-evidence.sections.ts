import type { Composer, Shapes } from '../platform/composer.js';
import { raw } from '../platform/sql.js';
import { touchpointOf } from './touchpoint-rows.sections.js';

/** What made a merge: its evidence is the id of a touchpoint, unless a person stands behind it. */
export const mergeEvidenceShapes = (q: Composer): Shapes => ({
  Merge: {
    touchpoint: (f) => q.object(f, touchpointOf(f, raw('mg.touchpoint_id'))),
  },
});
