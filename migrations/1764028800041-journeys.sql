-- One customer's run of a blueprint. It hangs on the profile that it began with, so a merge and its undo leave it alone.
-- What stands here is the fold of what happened to it (acts and touchpoints, in the order of their times): a late
-- touchpoint folds it anew. `due_at` of its row in `journey_due` is when time alone changes it next.
create table journey (
  started_at timestamptz not null,
  step_since timestamptz not null,
  active_at timestamptz not null,
  updated_at timestamptz not null,
  expected_at timestamptz,
  stuck_at timestamptz,
  ended_at timestamptz,
  profile_id bigint not null,
  workspace_id int not null,
  blueprint_version int not null,
  version int not null default 0,
  status smallint not null,
  is_stuck boolean not null default false,
  id uuid not null,
  blueprint_id uuid not null,
  step text collate "C" not null,
  source text collate "C" not null,
  external_id text collate "C" not null,
  state json not null default '{}',
  turn json,
  cause json not null default '{}',
  primary key (workspace_id, id)
) with (fillfactor = 80);

create index journey_history on journey (workspace_id, profile_id, started_at, id) include (status);

create unique index journey_external on journey (workspace_id, source, external_id);

create index journey_running on journey (workspace_id, blueprint_id, blueprint_version, id) where status < 2;

alter table journey enable row level security;

alter table journey force row level security;

create policy journey_own on journey using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- What a journey was at each of its versions, and what made it so: answers reads as of an earlier time.
create table journey_version (
  changed_at timestamptz not null,
  started_at timestamptz not null,
  step_since timestamptz not null,
  expected_at timestamptz,
  stuck_at timestamptz,
  ended_at timestamptz,
  workspace_id int not null,
  blueprint_version int not null,
  version int not null,
  status smallint not null,
  journey_id uuid not null,
  step text collate "C" not null,
  state json not null,
  turn json,
  cause json not null,
  primary key (workspace_id, journey_id, version)
);

alter table journey_version enable row level security;

alter table journey_version force row level security;

create policy journey_version_own on journey_version using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- What people and systems did to a journey, in order. `step` is where it leads, `from_step` whose data it brings.
create table journey_act (
  at timestamptz not null,
  workspace_id int not null,
  n int not null,
  kind smallint not null,
  channel smallint,
  is_customer boolean not null,
  journey_id uuid not null,
  step text collate "C",
  from_step text collate "C",
  actor text not null,
  idempotency_key text collate "C",
  request_hash text collate "C" not null,
  data json,
  turn json,
  primary key (workspace_id, journey_id, n)
);

create unique index journey_act_once on journey_act (workspace_id, journey_id, idempotency_key)
  where idempotency_key is not null;

alter table journey_act enable row level security;

alter table journey_act force row level security;

create policy journey_act_own on journey_act using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- The touchpoints that a journey is folded from. One that its sender put there (`is_referred`) stays; one that fitted a
-- trigger of the customer's journey goes when it turns out to be another customer's.
create table journey_touchpoint (
  workspace_id int not null,
  is_referred boolean not null,
  touchpoint_id uuid not null,
  journey_id uuid not null,
  primary key (workspace_id, touchpoint_id)
);

create index journey_touchpoint_of on journey_touchpoint (workspace_id, journey_id, touchpoint_id);

alter table journey_touchpoint enable row level security;

alter table journey_touchpoint force row level security;

create policy journey_touchpoint_own on journey_touchpoint using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- When time alone makes a journey stuck or abandoned; read across workspaces by the worker that sees to it.
create table journey_due (
  due_at timestamptz,
  workspace_id int not null,
  journey_id uuid not null,
  primary key (workspace_id, journey_id)
) with (fillfactor = 80);

create index journey_due_at on journey_due (due_at) where due_at is not null;

alter table journey_due enable row level security;

alter table journey_due force row level security;

create policy journey_due_own on journey_due using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
  or (select current_setting('app.scope', true)) = 'system'
);

grant select, insert, update on journey to throughline_app;

grant select, insert on journey_version to throughline_app;

grant select, insert on journey_act to throughline_app;

grant select, insert, update, delete on journey_touchpoint to throughline_app;

grant select, insert, update on journey_due to throughline_app;

create index touchpoint_version_journey on touchpoint_version (workspace_id, journey_id) where journey_id is not null;
