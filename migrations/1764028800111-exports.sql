-- Exports that the service works off by itself, beside those within a request.
alter table export
  add column started_at timestamptz,
  -- When its files go.
  add column expires_at timestamptz,
  add column estimated_rows bigint,
  -- What whoever takes the file must be allowed to read.
  add column scopes text[] not null default '{}';

-- The files of a job: one after the other they are the export. One is written down once it is whole on the disk, with
-- the key of its last row, where another attempt goes on.
create table export_part (
  row_count bigint not null,
  byte_count bigint not null,
  workspace_id int not null,
  n int not null,
  export_id uuid not null,
  sha256 bytea not null,
  end_key text collate "C",
  primary key (workspace_id, export_id, n)
);

alter table export_part enable row level security;

alter table export_part force row level security;

create policy export_part_own on export_part using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert, delete on export_part to throughline_app;

-- What is to be done for a job, and when: written (task 0), or its files removed (task 1). Who works on it moves the
-- instant ahead and counts the attempt up; all that it writes names its attempt, so that two never write one job.
create table export_due (
  due_at timestamptz not null,
  workspace_id int not null,
  attempts int not null default 0,
  task smallint not null default 0,
  export_id uuid not null,
  primary key (workspace_id, export_id)
);

create index export_due_at on export_due (due_at);

alter table export_due enable row level security;

alter table export_due force row level security;

create policy export_due_own on export_due using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
  or (select current_setting('app.scope', true)) = 'system'
);

grant select, insert, update, delete on export_due to throughline_app;

-- Who took a file, or some of it.
create table export_download (
  at timestamptz not null,
  from_byte bigint not null,
  byte_count bigint not null,
  workspace_id int not null,
  id uuid not null,
  export_id uuid not null,
  actor text not null,
  primary key (workspace_id, id)
);

create index export_download_of on export_download (workspace_id, export_id, at, id);

alter table export_download enable row level security;

alter table export_download force row level security;

create policy export_download_own on export_download using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert on export_download to throughline_app;
