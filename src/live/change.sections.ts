import { customerOf } from '../identity/customer-row.sections.js';
import { issueById } from '../issues/issue.sections.js';
import { journeyById } from '../journeys/journey.sections.js';
import type { Composer, Field, Shapes } from '../platform/composer.js';
import { nothing, raw, type Sql, sql } from '../platform/sql.js';
import { touchpointOf } from '../touchpoints/touchpoint-rows.sections.js';

/** The columns of row `e`, a change, as the statement is given them. */
export const changeColumns =
  'n int, cursor text, kind text, at timestamptz, profile bigint, touchpoint uuid, issue uuid, journey uuid';

const of = {
  customer: (f: Field) => customerOf(f, raw('e.profile')),
  touchpoint: (f: Field) => touchpointOf(f, raw('e.touchpoint')),
  issue: (f: Field) => issueById(f, raw('e.issue')),
  journey: (f: Field) => journeyById(f, raw('e.journey')),
};

/** A change: row `e`, given as a value. */
export function changeShapes(q: Composer): Shapes {
  return {
    Change: {
      cursor: raw('e.cursor'),
      kind: raw('e.kind'),
      at: raw('e.at'),
      customer: (f) => q.object(f, of.customer(f)),
      touchpoint: (f) => q.object(f, of.touchpoint(f)),
      issue: (f) => q.object(f, of.issue(f)),
      journey: (f) => q.object(f, of.journey(f)),
    },
  };
}

/** `where …` that leaves a change out when the caller may not see what it is about, whatever is selected of it. */
export function visibleChange(f: Field): Sql {
  const seen = (column: string, rows: Sql) => sql`(${raw(`e.${column}`)} is null or exists (select ${rows}))`;
  const internal = f.isPortal ? raw(`e.kind <> 'BRAKE_REACHED' and`) : nothing;
  return sql`where ${internal} ${seen('profile', of.customer(f))} and ${seen('touchpoint', of.touchpoint(f))}
  and ${seen('issue', of.issue(f))} and ${seen('journey', of.journey(f))}`;
}
