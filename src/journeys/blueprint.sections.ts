import type { Composer, Field, Shapes } from '../platform/composer.js';
import { limits } from '../platform/limits.js';
import { raw, type Sql, sql, workspace } from '../platform/sql.js';
import { plainText } from '../platform/text-argument.js';
import { idOf } from '../touchpoints/touchpoint.sections.js';

const key = plainText(limits.shortTextCharactersMax);

/** Blueprints in one version each, row alias `bp`: by default the latest. */
function blueprintFrom(where: Sql, version: Sql = raw('b.version')): Sql {
  return sql`from (
    select b.id, b.key, b.version as latest_version, b.retired_at, v.version, v.created_at, v.actor, v.definition
    from blueprint b
    join blueprint_version v on v.workspace_id = ${workspace}::int and v.blueprint_id = b.id and v.version = ${version}
    where b.workspace_id = ${workspace}::int ${where}
  ) bp`;
}

/** A portal token sees the blueprints of its customer’s journeys, not the workspace’s list of them. */
export function blueprintById(f: Field, id: Sql): Sql {
  return blueprintFrom(sql`and b.id = ${id}::uuid ${raw(f.isPortal ? 'and false' : '')}`);
}

/** The version that a journey runs by, from expressions of the two. */
export function blueprintOfJourney(id: string, version: string): Sql {
  return blueprintFrom(raw(`and b.id = ${id}`), raw(version));
}

/** Row alias `bp` for a blueprint, `st` for one of its steps as JSON, `tr` for a trigger. */
export const blueprintShapes = (q: Composer): Shapes => ({
  Query: {
    blueprints: (f) => q.list(f, sql`${blueprintFrom(raw(''))} order by bp.key`),
    blueprint: (f) => {
      const version = f.has('version') ? sql`${f.arg('version')}::int` : raw('b.version');
      return q.object(f, blueprintFrom(sql`and b.key = ${f.arg('key', key)}::text`, version));
    },
  },
  Blueprint: {
    id: idOf('blp', 'bp.id'),
    key: raw('bp.key'),
    name: raw(`bp.definition ->> 'name'`),
    goal: raw(`bp.definition ->> 'goal'`),
    version: raw('bp.version'),
    latestVersion: raw('bp.latest_version'),
    steps: (f) =>
      q.list(f, raw(`from json_array_elements(bp.definition -> 'steps') with ordinality st(step, n) order by st.n`)),
    triggers: (f) =>
      q.list(f, raw(`from json_array_elements(bp.definition -> 'triggers') with ordinality tr(part, n) order by tr.n`)),
    stuckAfter: raw(`bp.definition ->> 'stuckAfter'`),
    abandonedAfter: raw(`bp.definition ->> 'abandonedAfter'`),
    createdAt: raw('bp.created_at'),
    actor: raw('bp.actor'),
    retiredAt: raw('bp.retired_at'),
  },
  BlueprintStep: {
    key: raw(`st.step ->> 'key'`),
    title: raw(`st.step ->> 'title'`),
    expectedWithin: raw(`st.step ->> 'expectedWithin'`),
    channels: raw(`st.step -> 'channels'`),
    schema: raw(`st.step -> 'schema'`),
    terminal: raw(`(st.step ->> 'terminal')::boolean`),
    next: raw(`st.step -> 'next'`),
  },
  BlueprintTrigger: {
    effect: raw(`tr.part ->> 'effect'`),
    to: raw(`tr.part ->> 'to'`),
    channels: raw(`tr.part -> 'channels'`),
    directions: raw(`tr.part -> 'directions'`),
    kinds: raw(`tr.part -> 'kinds'`),
    topics: raw(`tr.part -> 'topics'`),
    attributes: raw(`tr.part -> 'attributes'`),
  },
});
