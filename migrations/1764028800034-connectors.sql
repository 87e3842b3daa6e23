-- Files that were imported, each with how far it is: counts are added after every batch, so that who waits can see it
-- move. What was refused is told to the sender; its first lines stay here too.
create table import (
  started_at timestamptz not null,
  -- When something was last heard of it: one that stands still for long was broken off.
  updated_at timestamptz not null,
  finished_at timestamptz,
  rows bigint not null default 0,
  created bigint not null default 0,
  updated bigint not null default 0,
  duplicates bigint not null default 0,
  skipped bigint not null default 0,
  refused bigint not null default 0,
  workspace_id int not null,
  is_backfill boolean not null,
  id uuid not null,
  name text,
  -- Who sent it: `key:…`, `user:…` or `cli`.
  started_by text not null,
  failure_reason text collate "C",
  failure text,
  refusals jsonb not null default '[]',
  primary key (workspace_id, id)
);

create index import_started on import (workspace_id, started_at, id);

alter table import enable row level security;

alter table import force row level security;

create policy import_own on import using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert, update on import to throughline_app;
