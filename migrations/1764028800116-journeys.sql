-- The steps that a journey stood on, in the order of what happened, each with the instant (milliseconds) when it came there.
-- Versions tell what was known when; several steps told at once are one version.
alter table journey add column way json not null default '[]';

update journey j
set way = v.way
from (
  select v.workspace_id, v.journey_id,
    json_agg(json_build_object('step', v.step, 'at', floor(extract(epoch from v.step_since) * 1000)::bigint)
      order by v.version) as way
  from (
    select v.workspace_id, v.journey_id, v.version, v.step, v.step_since,
      lag(v.step) over (partition by v.workspace_id, v.journey_id order by v.version) as before
    from journey_version v
  ) v
  where v.step is distinct from v.before
  group by v.workspace_id, v.journey_id
) v
where j.workspace_id = v.workspace_id and j.id = v.journey_id;
