-- Kinds of touchpoint that matter most to customers, as the workspace marks them. Outcomes say which of them went well.
create table moment_of_truth (
  created_at timestamptz not null,
  updated_at timestamptz not null,
  workspace_id int not null,
  version int not null,
  is_active boolean not null,
  id uuid not null,
  channels smallint[],
  kinds text[] not null,
  topics text[],
  good_outcomes text[] not null,
  bad_outcomes text[] not null,
  key text collate "C" not null,
  name text not null,
  actor text not null,
  primary key (workspace_id, id)
);

create unique index moment_of_truth_key on moment_of_truth (workspace_id, key);

alter table moment_of_truth enable row level security;

alter table moment_of_truth force row level security;

create policy moment_of_truth_own on moment_of_truth using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert, update on moment_of_truth to throughline_app;

-- A survey may follow a moment of truth.
alter table survey add column moment_id uuid;
