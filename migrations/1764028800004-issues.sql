-- Things that are wrong and stay open until someone resolves them. An issue keeps the profile that it arrived with.
create table issue (
  opened_at timestamptz not null,
  updated_at timestamptz not null,
  resolved_at timestamptz,
  profile_id bigint not null,
  workspace_id int not null,
  version int not null default 1,
  status smallint not null,
  priority smallint not null,
  id uuid not null,
  source text collate "C",
  external_id text collate "C",
  topic text collate "C",
  subject text not null,
  description text,
  resolution text,
  primary key (workspace_id, id)
) with (fillfactor = 85);

create index issue_history on issue (workspace_id, profile_id, opened_at, id) include (status);

-- The same thing told twice by its source is one issue, whatever made its id.
create unique index issue_external on issue (workspace_id, source, external_id) where external_id is not null;

create index issue_open on issue (workspace_id, profile_id, opened_at, id) where status < 3;

alter table issue enable row level security;

alter table issue force row level security;

create policy issue_own on issue using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- What an issue was at each of its versions, and who made it so: answers reads as of an earlier time. The first version
-- is as old as the issue, also when history was imported later.
create table issue_version (
  changed_at timestamptz not null,
  resolved_at timestamptz,
  workspace_id int not null,
  version int not null,
  status smallint not null,
  priority smallint not null,
  issue_id uuid not null,
  topic text collate "C",
  subject text not null,
  description text,
  resolution text,
  actor text not null,
  primary key (workspace_id, issue_id, version)
);

alter table issue_version enable row level security;

alter table issue_version force row level security;

create policy issue_version_own on issue_version using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert, update on issue to throughline_app;

grant select, insert on issue_version to throughline_app;
