-- Every export, whatever became of its bytes: who took what, for which purpose, and how many rows. Never removed.
create table export (
  created_at timestamptz not null,
  -- While it runs it says so every few seconds; one that fell silent holds no place any more.
  alive_at timestamptz not null,
  finished_at timestamptz,
  row_count bigint not null default 0,
  byte_count bigint not null default 0,
  workspace_id int not null,
  -- 0 queued, 1 running, 2 completed, 3 failed, 4 cancelled
  state smallint not null,
  is_stream boolean not null,
  is_masked boolean not null,
  is_formula_safe boolean not null,
  id uuid not null,
  what text collate "C" not null,
  format text collate "C" not null,
  compression text collate "C" not null,
  columns text[] not null,
  filters json not null,
  purpose text not null,
  actor text not null,
  sha256 bytea,
  failure_reason text collate "C",
  failure text,
  primary key (workspace_id, id)
) with (fillfactor = 80);

create index export_created on export (workspace_id, created_at, id);

create index export_running on export (workspace_id, alive_at) where state < 2;

alter table export enable row level security;

alter table export force row level security;

create policy export_own on export using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert, update on export to throughline_app;
