import type { Step } from './data.js';
import { segmentSteps } from './data-segments.js';

/** What stands around the touchpoints: issues, segments and their members; and the list of whom to ask for. */
export function storySteps(): Step[] {
  return [
    {
      title: 'issues',
      sql: `
    insert into issue (opened_at, updated_at, resolved_at, profile_id, workspace_id, version, status, priority, id,
      source, external_id, topic, subject, resolution)
    select opened_at, coalesce(resolved_at, opened_at), resolved_at, profile_id, workspace_id,
           case when resolved_at is null then 1 else 2 end, status, (n % 4)::int, id, 'helpdesk', 'CASE-' || n, topic,
           'Help with ' || coalesce(topic, 'the website'), case when resolved_at is not null then 'Settled with the customer.' end
    from (
      select distinct on (t.workspace_id, t.issue_id) t.issue_id as id, t.workspace_id, t.profile_id, p.n, t.topic,
             t.occurred_at as opened_at,
             case when is_open then (p.n % 3)::int else 3 + (p.n % 2)::int end as status,
             case when not is_open then t.occurred_at + interval '3 days' * bench.u(p.n, 52) end as resolved_at
      from touchpoint t
      join bench.profile p on p.id = t.profile_id
      cross join lateral (select bench.u(p.n, 51) < 0.05 or p.kind <> 'regular' as is_open) o
      where t.issue_id is not null
      order by t.workspace_id, t.issue_id, t.occurred_at) i
    order by opened_at`,
    },
    {
      title: 'issue versions',
      sql: `
    insert into issue_version (changed_at, resolved_at, workspace_id, version, status, priority, issue_id, topic, subject, actor)
    select case when v = 1 then i.opened_at else i.updated_at end,
           case when v = 2 then i.resolved_at end, i.workspace_id, v,
           case when v = 1 then 0 else i.status end, i.priority, i.id, i.topic, i.subject, 'ingest'
    from issue i
    cross join lateral generate_series(1, i.version) v`,
    },
    ...segmentSteps(),
    {
      title: 'customers to ask for',
      sql: `
    analyze bench.profile;
    analyze identifier;
    create table bench.customer as
    select c.canonical_id as profile_id, i.value as phone, c.kind, c.touchpoints, c.profiles
    from (
      select canonical_id, workspace_id, min(kind) as kind, sum(touchpoints)::int as touchpoints, count(*)::int as profiles
      from bench.profile
      group by canonical_id, workspace_id) c
    join workspace w on w.id = c.workspace_id and w.key = 'bench'
    join identifier i on i.workspace_id = c.workspace_id and i.profile_id = c.canonical_id and i.type = 'phone';
    drop table bench.profile, bench.moment, bench.joined cascade`,
    },
  ];
}
