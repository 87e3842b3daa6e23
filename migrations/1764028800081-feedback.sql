-- By what contacts are judged, by the agent herself and by her coach. The scale never changes, for judgements on
-- different scales could not be compared; criteria and their weights do, version by version.
create table scorecard (
  created_at timestamptz not null,
  updated_at timestamptz not null,
  workspace_id int not null,
  version int not null,
  score_min smallint not null,
  score_max smallint not null,
  is_active boolean not null,
  id uuid not null,
  key text collate "C" not null,
  primary key (workspace_id, id)
);

create unique index scorecard_key on scorecard (workspace_id, key);

alter table scorecard enable row level security;

alter table scorecard force row level security;

create policy scorecard_own on scorecard using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- `criteria` is an array of `key`, `name` and `description`, `weights` holds theirs in the same order.
create table scorecard_version (
  created_at timestamptz not null,
  workspace_id int not null,
  version int not null,
  scorecard_id uuid not null,
  weights real[] not null,
  name text not null,
  actor text not null,
  criteria json not null,
  primary key (workspace_id, scorecard_id, version)
);

alter table scorecard_version enable row level security;

alter table scorecard_version force row level security;

create policy scorecard_version_own on scorecard_version using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- How a contact was judged, each time that it was: the row without `replaced_at` stands. It hangs on the profile of its
-- touchpoint, so a merge and its undo leave it alone. `evaluator`: 0 the agent herself, 1 a coach. `scores` stand in
-- the order of the criteria of that version; null is what did not apply.
create table evaluation (
  evaluated_at timestamptz not null,
  recorded_at timestamptz not null,
  replaced_at timestamptz,
  profile_id bigint not null,
  workspace_id int not null,
  version int not null,
  scorecard_version int not null,
  overall real not null,
  evaluator smallint not null,
  id uuid not null,
  scorecard_id uuid not null,
  touchpoint_id uuid not null,
  scores smallint[] not null,
  agent_id text collate "C" not null,
  evaluator_id text collate "C",
  actor text not null,
  comment text,
  primary key (workspace_id, id, version)
);

create unique index evaluation_once on evaluation (workspace_id, touchpoint_id, scorecard_id, agent_id, evaluator)
  where replaced_at is null;

create index evaluation_touchpoint on evaluation (workspace_id, touchpoint_id);

create index evaluation_history on evaluation (workspace_id, profile_id, evaluated_at, id);

create index evaluation_given on evaluation (workspace_id, evaluated_at, id);

alter table evaluation enable row level security;

alter table evaluation force row level security;

create policy evaluation_own on evaluation using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert, update on scorecard, evaluation to throughline_app;

grant select, insert on scorecard_version to throughline_app;
