-- What kinds of journey a workspace has. The definition of each version stays as it was written: journeys that run keep
-- the version that they began with.
create table blueprint (
  created_at timestamptz not null,
  updated_at timestamptz not null,
  retired_at timestamptz,
  workspace_id int not null,
  version int not null default 1,
  id uuid not null,
  key text collate "C" not null,
  primary key (workspace_id, id)
);

create unique index blueprint_key on blueprint (workspace_id, key);

alter table blueprint enable row level security;

alter table blueprint force row level security;

create policy blueprint_own on blueprint using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

create table blueprint_version (
  created_at timestamptz not null,
  workspace_id int not null,
  version int not null,
  blueprint_id uuid not null,
  actor text not null,
  definition json not null,
  primary key (workspace_id, blueprint_id, version)
);

alter table blueprint_version enable row level security;

alter table blueprint_version force row level security;

create policy blueprint_version_own on blueprint_version using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert, update on blueprint to throughline_app;

grant select, insert on blueprint_version to throughline_app;
