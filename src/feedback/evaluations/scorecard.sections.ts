import type { Composer, Field, Shapes } from '../../platform/composer.js';
import { limits } from '../../platform/limits.js';
import { raw, type Sql, sql, workspace } from '../../platform/sql.js';
import { plainText } from '../../platform/text-argument.js';
import { idOf } from '../../touchpoints/touchpoint.sections.js';

/** For arguments that name a scorecard. */
export const scorecardKey = plainText(limits.shortTextCharactersMax);

/** Scorecards in one version each, row alias `sc`: by default the latest. */
function scorecardFrom(where: Sql, version: Sql = raw('s.version')): Sql {
  return sql`from (
    select s.id, s.key, s.version as latest_version, s.score_min, s.score_max, s.is_active, v.version, v.created_at,
      v.name, v.criteria, v.weights, v.actor
    from scorecard s
    join scorecard_version v on v.workspace_id = ${workspace}::int and v.scorecard_id = s.id and v.version = ${version}
    where s.workspace_id = ${workspace}::int ${where}
  ) sc`;
}

/** One in its latest version; customers do not see by what we judge. */
export function scorecardById(f: Field, id: Sql): Sql {
  return scorecardFrom(sql`and s.id = ${id}::uuid ${raw(f.isPortal ? 'and false' : '')}`);
}

/** The version by which a contact was judged, from expressions of the two. */
export function scorecardVersion(id: string, version: string): Sql {
  return scorecardFrom(raw(`and s.id = ${id}`), raw(version));
}

/** Row alias `sc` for a scorecard, `cr` for a criterion as JSON. */
export const scorecardShapes = (q: Composer): Shapes => ({
  Query: {
    scorecards: (f) => q.list(f, sql`${scorecardFrom(raw(''))} order by sc.key`),
    scorecard: (f) => {
      const version = f.has('version') ? sql`${f.arg('version')}::int` : raw('s.version');
      return q.object(f, scorecardFrom(sql`and s.key = ${f.arg('key', scorecardKey)}::text`, version));
    },
  },
  Scorecard: {
    id: idOf('scd', 'sc.id'),
    key: raw('sc.key'),
    name: raw('sc.name'),
    version: raw('sc.version'),
    latestVersion: raw('sc.latest_version'),
    scoreMin: raw('sc.score_min'),
    scoreMax: raw('sc.score_max'),
    criteria: (f) => q.list(f, raw('from json_array_elements(sc.criteria) with ordinality cr(part, n) order by cr.n')),
    isActive: raw('sc.is_active'),
    createdAt: raw('sc.created_at'),
    actor: raw('sc.actor'),
  },
  Criterion: {
    key: raw(`cr.part ->> 'key'`),
    name: raw(`cr.part ->> 'name'`),
    description: raw(`cr.part ->> 'description'`),
    weight: raw(`cr.part -> 'weight'`),
  },
});
