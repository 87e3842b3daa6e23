-- That somebody read what was known of a customer before going on with her: she need not tell it again.
create table brief_opening (
  opened_at timestamptz not null,
  profile_id bigint not null,
  workspace_id int not null,
  id uuid not null,
  touchpoint_id uuid,
  agent_id text collate "C",
  actor text not null,
  primary key (workspace_id, id)
);

create index brief_opening_of on brief_opening (workspace_id, profile_id, opened_at);

alter table brief_opening enable row level security;

alter table brief_opening force row level security;

create policy brief_opening_own on brief_opening using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert on brief_opening to throughline_app;
