import type { Composer, Field, Shapes } from '../platform/composer.js';
import { raw, type Sql, sql, workspace } from '../platform/sql.js';
import { presentOf } from './membership.sections.js';

/** Which of several segments that grant alike is honoured, row `s`: by priority, then by key. */
export const honouredFirst = 's.priority desc, s.key';

/**
 * What the present segments of the customer give, row `et`: of each group the first, with what it overrules. Without a
 * colon each name is a group of its own.
 */
export function entitlementsOf(f: Field): Sql {
  return sql`from (
    select g.kind, g.names[1] as name, g.segments[1] as segment_id, g.keys[1] as key, g.priorities[1] as priority,
      array(
        select o.name
        from unnest(g.names) with ordinality o(name, n)
        where o.name <> g.names[1]
        group by o.name
        order by min(o.n)
      ) as overruled,
      (
        select string_agg(o.key || ' (' || o.priority || case when o.name = g.names[1] then '' else ', ' || o.name end || ')',
          ', ' order by o.n)
        from unnest(g.keys, g.priorities, g.names) with ordinality o(key, priority, name, n)
        where o.n > 1
      ) as others
    from (
      select e.kind, array_agg(e.name order by ${raw(honouredFirst)}, e.name) as names,
        array_agg(s.id order by ${raw(honouredFirst)}, e.name) as segments,
        array_agg(s.key order by ${raw(honouredFirst)}, e.name) as keys,
        array_agg(s.priority order by ${raw(honouredFirst)}, e.name) as priorities
      from (select s.* ${presentOf(f)}) s
      cross join lateral (
        select e.name, coalesce(substring(e.name from '^([^:]+:).'), e.name) as kind
        from unnest(s.entitlements) e(name)
      ) e
      group by e.kind
    ) g
  ) et
  order by et.name`;
}

export const entitlementShapes = (q: Composer): Shapes => ({
  Customer: { entitlements: (f) => q.list(f, entitlementsOf(f)) },
  Entitlement: {
    name: raw('et.name'),
    group: raw(`substring(et.name from '^([^:]+):.')`),
    value: raw(`coalesce(substring(et.name from '^[^:]+:(.+)$'), et.name)`),
    segment: (f) => q.object(f, sql`from segment s where s.workspace_id = ${workspace}::int and s.id = et.segment_id`),
    reason: raw(`'from ' || et.key || case
      when et.others is null then ''
      else ', whose priority ' || et.priority || ' comes before ' || et.others end`),
    overruled: raw('to_json(et.overruled)'),
  },
});
