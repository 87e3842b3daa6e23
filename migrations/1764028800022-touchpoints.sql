-- A touchpoint as it was until more was told of it: one row for each change, so that a read as of an earlier time shows
-- what was known then. The columns of `touchpoint`, with the instants between which they held.
create table touchpoint_version (
  like touchpoint including defaults including storage,
  since_at timestamptz not null,
  replaced_at timestamptz not null default now(),
  primary key (workspace_id, id, replaced_at)
);

create index touchpoint_version_history on touchpoint_version (workspace_id, profile_id, occurred_at, id);

create index touchpoint_version_issue on touchpoint_version (workspace_id, issue_id) where issue_id is not null;

alter table touchpoint_version enable row level security;

alter table touchpoint_version force row level security;

create policy touchpoint_version_own on touchpoint_version using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert on touchpoint_version to throughline_app;

-- What of the sums a customer may see herself: all but INTERNAL touchpoints (direction 2).
alter table profile_activity
  add column shown_touchpoints int not null default 0,
  add column shown_first_at timestamptz,
  add column shown_last_at timestamptz;

alter table conversation
  add column shown_touchpoints int not null default 0,
  add column shown_first_at timestamptz,
  add column shown_last_at timestamptz;

-- The owner of the tables may not pass row-level security by either, so it is taken off while they are filled.
alter table touchpoint no force row level security;

alter table profile_activity no force row level security;

alter table conversation no force row level security;

update profile_activity a
set shown_touchpoints = n.touchpoints, shown_first_at = n.first_at, shown_last_at = n.last_at
from (
  select workspace_id, profile_id, count(*) as touchpoints, min(occurred_at) as first_at, max(occurred_at) as last_at
  from touchpoint
  where direction <> 2
  group by workspace_id, profile_id
) n
where a.workspace_id = n.workspace_id and a.profile_id = n.profile_id;

update conversation c
set shown_touchpoints = n.touchpoints, shown_first_at = n.first_at, shown_last_at = n.last_at
from (
  select workspace_id, profile_id, conversation_id, count(*) as touchpoints, min(occurred_at) as first_at,
    max(occurred_at) as last_at
  from touchpoint
  where direction <> 2 and conversation_id is not null
  group by workspace_id, profile_id, conversation_id
) n
where c.workspace_id = n.workspace_id and c.profile_id = n.profile_id and c.id = n.conversation_id;

alter table touchpoint force row level security;

alter table profile_activity force row level security;

alter table conversation force row level security;
