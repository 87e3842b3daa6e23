-- The fact. `id` is the first 16 bytes of SHA-256(workspace, source, external id): the primary key is the duplicate
-- check, and the id is known before the row is written. `content_hash` combines the hashes of all messages about it.
-- Eight-byte columns first: no padding.
create table touchpoint (
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  sent_at timestamptz,
  ended_at timestamptz,
  profile_id bigint not null,
  version bigint not null,
  content_hash bigint not null,
  workspace_id int not null,
  duration_seconds int,
  wait_seconds int,
  hold_seconds int,
  handle_seconds int,
  sentiment real,
  channel smallint not null,
  direction smallint not null,
  status smallint not null,
  -- Bits for what the sender left out and we filled in: 1 direction, 2 status, 4 occurred_at.
  defaulted smallint not null default 0,
  is_abandoned boolean,
  id uuid not null,
  conversation_id uuid,
  journey_id uuid,
  issue_id uuid,
  kind text collate "C" not null,
  source text collate "C" not null,
  external_id text collate "C",
  topic text collate "C",
  language text collate "C",
  agent_id text collate "C",
  queue text collate "C",
  outcome text collate "C",
  subject text,
  summary text,
  identifiers_seen json not null,
  attributes json not null default '{}',
  primary key (workspace_id, id)
) with (autovacuum_vacuum_insert_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);

create index touchpoint_history on touchpoint (workspace_id, profile_id, occurred_at, id) include (channel, direction);

create index touchpoint_conversation on touchpoint (workspace_id, conversation_id, occurred_at, id)
  where conversation_id is not null;

create index touchpoint_issue on touchpoint (workspace_id, issue_id, occurred_at, id) where issue_id is not null;

create index touchpoint_journey on touchpoint (workspace_id, journey_id, occurred_at, id) where journey_id is not null;

alter table touchpoint enable row level security;

alter table touchpoint force row level security;

create policy touchpoint_own on touchpoint using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- Every message that told of a touchpoint, once there is more than one: the touchpoint is their fold in order of
-- version, whatever the order in which they arrived.
create table touchpoint_message (
  version bigint not null,
  content_hash bigint not null,
  recorded_at timestamptz not null default now(),
  workspace_id int not null,
  touchpoint_id uuid not null,
  message json not null,
  primary key (workspace_id, touchpoint_id, version, content_hash)
);

alter table touchpoint_message enable row level security;

alter table touchpoint_message force row level security;

create policy touchpoint_message_own on touchpoint_message using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- What a profile's touchpoints add up to, kept on the profile that they arrived with and summed over the customer
-- on read, so that a merge and its undo stay exact. Apart from `profile`: another lock, and updates in place.
create table profile_activity (
  first_at timestamptz not null,
  last_at timestamptz not null,
  profile_id bigint not null,
  workspace_id int not null,
  touchpoints int not null,
  sources text[] not null,
  primary key (workspace_id, profile_id)
) with (fillfactor = 80);

alter table profile_activity enable row level security;

alter table profile_activity force row level security;

create policy profile_activity_own on profile_activity using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- A thread of touchpoints, one row per profile that takes part: merges stay exact here too. Channel and subject are
-- those of its earliest touchpoint and are read from there, so that they do not depend on the order of arrival.
create table conversation (
  first_at timestamptz not null,
  last_at timestamptz not null,
  profile_id bigint not null,
  workspace_id int not null,
  touchpoints int not null,
  id uuid not null,
  source text collate "C" not null,
  external_id text collate "C" not null,
  primary key (workspace_id, profile_id, id)
) with (fillfactor = 80);

create index conversation_recent on conversation (workspace_id, profile_id, last_at, id);

create index conversation_by_id on conversation (workspace_id, id);

alter table conversation enable row level security;

alter table conversation force row level security;

create policy conversation_own on conversation using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert, update on touchpoint, profile_activity, conversation to throughline_app;

grant select, insert on touchpoint_message to throughline_app;
