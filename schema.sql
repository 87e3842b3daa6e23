-- Made by `npm run snapshots` from a migrated database. Do not edit: write a migration.

create sequence profile_id_block increment by 1000 minvalue 1000 start with 1000;

create table api_key (
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone,
  customer_profile_id bigint,
  workspace_id integer not null,
  id uuid not null,
  is_masked boolean not null default false,
  prefix text collate "C" not null,
  name text not null,
  scopes text[] not null,
  hash bytea not null,
  is_visitor boolean not null default false,
  constraint api_key_pkey PRIMARY KEY (workspace_id, id),
  constraint api_key_prefix_key UNIQUE (prefix),
  constraint api_key_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(id)
);
alter table api_key enable row level security;
alter table api_key force row level security;
create policy api_key_own on api_key for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
create policy api_key_presented on api_key for select using (prefix = ( SELECT NULLIF(current_setting('app.key_prefix'::text, true), ''::text) AS "nullif"));
grant insert, select, update on api_key to throughline_app;

create table blueprint (
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  retired_at timestamp with time zone,
  workspace_id integer not null,
  version integer not null default 1,
  id uuid not null,
  key text collate "C" not null,
  constraint blueprint_pkey PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX blueprint_key ON blueprint USING btree (workspace_id, key);
alter table blueprint enable row level security;
alter table blueprint force row level security;
create policy blueprint_own on blueprint for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on blueprint to throughline_app;

create table blueprint_version (
  created_at timestamp with time zone not null,
  workspace_id integer not null,
  version integer not null,
  blueprint_id uuid not null,
  actor text not null,
  definition json not null,
  constraint blueprint_version_pkey PRIMARY KEY (workspace_id, blueprint_id, version)
);
alter table blueprint_version enable row level security;
alter table blueprint_version force row level security;
create policy blueprint_version_own on blueprint_version for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select on blueprint_version to throughline_app;

create table brief_opening (
  opened_at timestamp with time zone not null,
  profile_id bigint not null,
  workspace_id integer not null,
  id uuid not null,
  touchpoint_id uuid,
  agent_id text collate "C",
  actor text not null,
  constraint brief_opening_pkey PRIMARY KEY (workspace_id, id)
);
CREATE INDEX brief_opening_of ON brief_opening USING btree (workspace_id, profile_id, opened_at);
alter table brief_opening enable row level security;
alter table brief_opening force row level security;
create policy brief_opening_own on brief_opening for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select on brief_opening to throughline_app;

create table claimed_link (
  profile_a bigint not null,
  profile_b bigint not null,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  workspace_id integer not null,
  times integer not null,
  touchpoint_id uuid not null,
  rule text collate "C" not null,
  constraint claimed_link_pkey PRIMARY KEY (workspace_id, profile_a, profile_b)
) with (fillfactor=80);
CREATE INDEX claimed_link_b ON claimed_link USING btree (workspace_id, profile_b);
alter table claimed_link enable row level security;
alter table claimed_link force row level security;
create policy claimed_link_own on claimed_link for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on claimed_link to throughline_app;

create table connector (
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  deleted_at timestamp with time zone,
  secret_changed_at timestamp with time zone,
  previous_secret_until timestamp with time zone,
  last_rejected_at timestamp with time zone,
  workspace_id integer not null,
  version integer not null default 1,
  is_enabled boolean not null default true,
  id uuid not null,
  key text collate "C" not null,
  name text not null,
  kind text collate "C" not null,
  settings json not null default '{}'::json,
  secret bytea,
  previous_secret bytea,
  constraint connector_pkey PRIMARY KEY (workspace_id, id),
  constraint connector_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(id),
  constraint connector_key_check CHECK ((key ~ '^[a-z0-9][a-z0-9_-]{0,62}$'::text))
);
CREATE UNIQUE INDEX connector_key ON connector USING btree (workspace_id, key) WHERE (deleted_at IS NULL);
CREATE INDEX connector_presented ON connector USING btree (id);
alter table connector enable row level security;
alter table connector force row level security;
create policy connector_called on connector for select using (id = ( SELECT (NULLIF(current_setting('app.connector'::text, true), ''::text))::uuid AS "nullif"));
create policy connector_own on connector for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on connector to throughline_app;

create table connector_sweep (
  due_at timestamp with time zone not null,
  workspace_id integer not null,
  connector_id uuid not null,
  constraint connector_sweep_pkey PRIMARY KEY (workspace_id, connector_id)
) with (fillfactor=80);
CREATE INDEX connector_sweep_at ON connector_sweep USING btree (due_at);
alter table connector_sweep enable row level security;
alter table connector_sweep force row level security;
create policy connector_sweep_own on connector_sweep for all using ((workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif")) OR (( SELECT current_setting('app.scope'::text, true) AS current_setting) = 'system'::text));
grant insert, select, update on connector_sweep to throughline_app;

create table consent (
  stated_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  profile_id bigint not null,
  workspace_id integer not null,
  channel smallint,
  state smallint not null,
  stated_by smallint not null,
  id uuid not null,
  purpose_id uuid not null,
  touchpoint_id uuid,
  members bigint[] not null,
  source text collate "C",
  evidence text,
  actor text not null,
  constraint consent_pkey PRIMARY KEY (workspace_id, id)
);
CREATE INDEX consent_of ON consent USING btree (workspace_id, profile_id, purpose_id, stated_at);
alter table consent enable row level security;
alter table consent force row level security;
create policy consent_own on consent for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select on consent to throughline_app;

create table consent_purpose (
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  retired_at timestamp with time zone,
  workspace_id integer not null,
  version integer not null,
  legal_basis smallint not null,
  default_state smallint not null,
  heeds_hours boolean not null,
  id uuid not null,
  channels smallint[],
  key text collate "C" not null,
  name text not null,
  description text,
  actor text not null,
  constraint consent_purpose_pkey PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX consent_purpose_key ON consent_purpose USING btree (workspace_id, key);
alter table consent_purpose enable row level security;
alter table consent_purpose force row level security;
create policy consent_purpose_own on consent_purpose for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on consent_purpose to throughline_app;

create table conversation (
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  profile_id bigint not null,
  workspace_id integer not null,
  touchpoints integer not null,
  id uuid not null,
  source text collate "C" not null,
  external_id text collate "C" not null,
  shown_touchpoints integer not null default 0,
  shown_first_at timestamp with time zone,
  shown_last_at timestamp with time zone,
  constraint conversation_pkey PRIMARY KEY (workspace_id, profile_id, id)
) with (fillfactor=80);
CREATE INDEX conversation_by_id ON conversation USING btree (workspace_id, id);
CREATE INDEX conversation_recent ON conversation USING btree (workspace_id, profile_id, last_at, id);
alter table conversation enable row level security;
alter table conversation force row level security;
create policy conversation_own on conversation for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on conversation to throughline_app;

create table customer_mark (
  marked_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  profile_id bigint not null,
  workspace_id integer not null,
  kind smallint not null,
  id uuid not null,
  reason text not null,
  end_reason text,
  actor text not null,
  ended_by text,
  constraint customer_mark_pkey PRIMARY KEY (workspace_id, id)
);
CREATE INDEX customer_mark_of ON customer_mark USING btree (workspace_id, profile_id, marked_at, id);
alter table customer_mark enable row level security;
alter table customer_mark force row level security;
create policy customer_mark_own on customer_mark for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on customer_mark to throughline_app;

create table dead_letter (
  received_at timestamp with time zone not null,
  workspace_id integer not null,
  id uuid not null,
  source text collate "C" not null,
  reason text collate "C" not null,
  field text,
  message text not null,
  raw text not null,
  request_id uuid,
  dialect text collate "C" not null default 'segment'::text,
  state smallint not null default 0,
  settled_at timestamp with time zone,
  settled_by text,
  settled_reason text,
  touchpoint_id uuid,
  attempts integer not null default 0,
  tried_at timestamp with time zone,
  tried_by text,
  mended text,
  held_until timestamp with time zone,
  held_by uuid,
  constraint dead_letter_pkey PRIMARY KEY (workspace_id, id)
);
CREATE INDEX dead_letter_request ON dead_letter USING btree (workspace_id, request_id) WHERE (request_id IS NOT NULL);
CREATE INDEX dead_letter_settled ON dead_letter USING btree (workspace_id, settled_at) WHERE (state > 0);
CREATE INDEX dead_letter_state ON dead_letter USING btree (workspace_id, state, received_at, id);
alter table dead_letter enable row level security;
alter table dead_letter force row level security;
create policy dead_letter_own on dead_letter for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant delete, insert, select, update on dead_letter to throughline_app;

create table dead_letter_sweep (
  due_at timestamp with time zone not null,
  workspace_id integer not null,
  constraint dead_letter_sweep_pkey PRIMARY KEY (workspace_id)
) with (fillfactor=80);
CREATE INDEX dead_letter_sweep_at ON dead_letter_sweep USING btree (due_at);
alter table dead_letter_sweep enable row level security;
alter table dead_letter_sweep force row level security;
create policy dead_letter_sweep_own on dead_letter_sweep for all using ((workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif")) OR (( SELECT current_setting('app.scope'::text, true) AS current_setting) = 'system'::text));
grant insert, select, update on dead_letter_sweep to throughline_app;

create table do_not_link (
  profile_a bigint not null,
  profile_b bigint not null,
  recorded_at timestamp with time zone not null default now(),
  workspace_id integer not null,
  reason text,
  actor text,
  constraint do_not_link_pkey PRIMARY KEY (workspace_id, profile_a, profile_b)
);
alter table do_not_link enable row level security;
alter table do_not_link force row level security;
create policy do_not_link_own on do_not_link for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant delete, insert, select on do_not_link to throughline_app;

create table evaluation (
  evaluated_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  replaced_at timestamp with time zone,
  profile_id bigint not null,
  workspace_id integer not null,
  version integer not null,
  scorecard_version integer not null,
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
  constraint evaluation_pkey PRIMARY KEY (workspace_id, id, version)
);
CREATE INDEX evaluation_given ON evaluation USING btree (workspace_id, evaluated_at, id);
CREATE INDEX evaluation_history ON evaluation USING btree (workspace_id, profile_id, evaluated_at, id);
CREATE UNIQUE INDEX evaluation_once ON evaluation USING btree (workspace_id, touchpoint_id, scorecard_id, agent_id, evaluator) WHERE (replaced_at IS NULL);
CREATE INDEX evaluation_touchpoint ON evaluation USING btree (workspace_id, touchpoint_id);
alter table evaluation enable row level security;
alter table evaluation force row level security;
create policy evaluation_own on evaluation for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on evaluation to throughline_app;

create table export (
  created_at timestamp with time zone not null,
  alive_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  row_count bigint not null default 0,
  byte_count bigint not null default 0,
  workspace_id integer not null,
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
  started_at timestamp with time zone,
  expires_at timestamp with time zone,
  estimated_rows bigint,
  scopes text[] not null default '{}'::text[],
  constraint export_pkey PRIMARY KEY (workspace_id, id)
) with (fillfactor=80);
CREATE INDEX export_created ON export USING btree (workspace_id, created_at, id);
CREATE INDEX export_running ON export USING btree (workspace_id, alive_at) WHERE (state < 2);
alter table export enable row level security;
alter table export force row level security;
create policy export_own on export for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on export to throughline_app;

create table export_download (
  at timestamp with time zone not null,
  from_byte bigint not null,
  byte_count bigint not null,
  workspace_id integer not null,
  id uuid not null,
  export_id uuid not null,
  actor text not null,
  constraint export_download_pkey PRIMARY KEY (workspace_id, id)
);
CREATE INDEX export_download_of ON export_download USING btree (workspace_id, export_id, at, id);
alter table export_download enable row level security;
alter table export_download force row level security;
create policy export_download_own on export_download for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select on export_download to throughline_app;

create table export_due (
  due_at timestamp with time zone not null,
  workspace_id integer not null,
  attempts integer not null default 0,
  task smallint not null default 0,
  export_id uuid not null,
  constraint export_due_pkey PRIMARY KEY (workspace_id, export_id)
);
CREATE INDEX export_due_at ON export_due USING btree (due_at);
alter table export_due enable row level security;
alter table export_due force row level security;
create policy export_due_own on export_due for all using ((workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif")) OR (( SELECT current_setting('app.scope'::text, true) AS current_setting) = 'system'::text));
grant delete, insert, select, update on export_due to throughline_app;

create table export_part (
  row_count bigint not null,
  byte_count bigint not null,
  workspace_id integer not null,
  n integer not null,
  export_id uuid not null,
  sha256 bytea not null,
  end_key text collate "C",
  constraint export_part_pkey PRIMARY KEY (workspace_id, export_id, n)
);
alter table export_part enable row level security;
alter table export_part force row level security;
create policy export_part_own on export_part for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant delete, insert, select on export_part to throughline_app;

create table feed (
  transaction_id xid8 not null default pg_current_xact_id(),
  id bigint generated always as identity not null,
  at timestamp with time zone not null default now(),
  workspace_id integer not null,
  kind text collate "C" not null,
  profiles bigint[] not null,
  payload json not null,
  constraint feed_pkey PRIMARY KEY (workspace_id, transaction_id, id)
);
alter table feed enable row level security;
alter table feed force row level security;
create policy feed_own on feed for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant delete, insert, select on feed to throughline_app;

create table feed_sweep (
  transaction_id xid8 not null default '0'::xid8,
  id bigint not null default 0,
  due_at timestamp with time zone not null default now(),
  workspace_id integer not null,
  constraint feed_sweep_pkey PRIMARY KEY (workspace_id)
);
CREATE INDEX feed_sweep_at ON feed_sweep USING btree (due_at);
alter table feed_sweep enable row level security;
alter table feed_sweep force row level security;
create policy feed_sweep_own on feed_sweep for all using ((workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif")) OR (( SELECT current_setting('app.scope'::text, true) AS current_setting) = 'system'::text));
grant insert, select, update on feed_sweep to throughline_app;

create table feedback (
  answered_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  profile_id bigint not null,
  workspace_id integer not null,
  score real,
  score_min real,
  score_max real,
  kind smallint not null,
  channel smallint not null,
  id uuid not null,
  survey_id uuid,
  invitation_id uuid,
  touchpoint_id uuid not null,
  about_touchpoint_id uuid,
  conversation_id uuid,
  journey_id uuid,
  issue_id uuid,
  language text collate "C",
  agent_id text collate "C",
  source text collate "C" not null,
  answer text not null,
  comment text,
  actor text,
  constraint feedback_pkey PRIMARY KEY (workspace_id, id)
);
CREATE INDEX feedback_about ON feedback USING btree (workspace_id, about_touchpoint_id) WHERE (about_touchpoint_id IS NOT NULL);
CREATE INDEX feedback_answered ON feedback USING btree (workspace_id, answered_at);
CREATE INDEX feedback_conversation ON feedback USING btree (workspace_id, conversation_id) WHERE (conversation_id IS NOT NULL);
CREATE INDEX feedback_history ON feedback USING btree (workspace_id, profile_id, answered_at, id);
CREATE UNIQUE INDEX feedback_invitation ON feedback USING btree (workspace_id, invitation_id) WHERE (invitation_id IS NOT NULL);
alter table feedback enable row level security;
alter table feedback force row level security;
create policy feedback_own on feedback for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on feedback to throughline_app;

create table identifier (
  profile_id bigint,
  first_seen_at timestamp with time zone not null,
  last_seen_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null default now(),
  workspace_id integer not null,
  verification smallint not null default 0,
  is_quarantined boolean not null default false,
  is_shared boolean not null default false,
  type text collate "C" not null,
  value text collate "C" not null,
  raw_value text,
  valid_from timestamp with time zone,
  former_profile_id bigint,
  detached_at timestamp with time zone,
  is_sharing_decided boolean not null default false,
  rivals text[],
  verified_at timestamp with time zone,
  constraint identifier_pkey PRIMARY KEY (workspace_id, type, value)
) with (fillfactor=90);
CREATE INDEX identifier_former ON identifier USING btree (workspace_id, former_profile_id, detached_at) WHERE (former_profile_id IS NOT NULL);
CREATE INDEX identifier_marked ON identifier USING btree (workspace_id, type, value) WHERE (is_shared OR is_quarantined);
CREATE INDEX identifier_profile ON identifier USING btree (workspace_id, profile_id);
alter table identifier enable row level security;
alter table identifier force row level security;
create policy identifier_own on identifier for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on identifier to throughline_app;

create table identifier_event (
  id bigint generated always as identity not null,
  happened_at timestamp with time zone not null default now(),
  from_profile_id bigint,
  to_profile_id bigint,
  workspace_id integer not null,
  touchpoint_id uuid,
  act text collate "C" not null,
  reason text not null,
  actor text,
  type text collate "C" not null,
  value text collate "C" not null,
  constraint identifier_event_pkey PRIMARY KEY (workspace_id, id)
);
CREATE INDEX identifier_event_of ON identifier_event USING btree (workspace_id, type, value, id);
alter table identifier_event enable row level security;
alter table identifier_event force row level security;
create policy identifier_event_own on identifier_event for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select on identifier_event to throughline_app;

create table identifier_owner (
  profile_id bigint not null,
  valid_from timestamp with time zone,
  valid_to timestamp with time zone not null,
  first_seen_at timestamp with time zone not null,
  last_seen_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  replaced_at timestamp with time zone not null,
  workspace_id integer not null,
  type text collate "C" not null,
  value text collate "C" not null,
  actor text,
  reason text,
  detached_at timestamp with time zone,
  verification smallint not null default 0,
  is_quarantined boolean not null default false,
  is_shared boolean not null default false,
  raw_value text,
  verified_at timestamp with time zone,
  constraint identifier_owner_pkey PRIMARY KEY (workspace_id, type, value, replaced_at)
);
CREATE INDEX identifier_owner_profile ON identifier_owner USING btree (workspace_id, profile_id);
alter table identifier_owner enable row level security;
alter table identifier_owner force row level security;
create policy identifier_owner_own on identifier_owner for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select on identifier_owner to throughline_app;

create table identifier_type (
  workspace_id integer not null,
  priority smallint not null,
  limit_per_customer integer not null,
  is_unique boolean not null default false,
  name text collate "C" not null,
  comparison text collate "C" not null,
  window_days integer,
  removed_at timestamp with time zone,
  overflow text collate "C" not null default 'demote'::text,
  blocked_values text[] not null default '{}'::text[],
  blocked_patterns text[] not null default '{}'::text[],
  is_scoped boolean not null default false,
  constraint identifier_type_pkey PRIMARY KEY (workspace_id, name),
  constraint identifier_type_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(id),
  constraint identifier_type_comparison_check CHECK ((comparison = ANY (ARRAY['exact'::text, 'exact_ignoring_case'::text, 'email'::text, 'phone'::text]))),
  constraint identifier_type_limit_per_customer_check CHECK ((limit_per_customer >= 1)),
  constraint identifier_type_name_check CHECK ((name ~ '^[a-z][a-z0-9_]{0,39}$'::text)),
  constraint identifier_type_overflow_check CHECK ((overflow = ANY (ARRAY['demote'::text, 'oldest_out'::text, 'last_wins'::text]))),
  constraint identifier_type_scoped_check CHECK (((NOT is_scoped) OR (comparison = ANY (ARRAY['exact'::text, 'exact_ignoring_case'::text])))),
  constraint identifier_type_window_days_check CHECK (((window_days >= 1) AND (window_days <= 3650)))
);
alter table identifier_type enable row level security;
alter table identifier_type force row level security;
create policy identifier_type_own on identifier_type for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on identifier_type to throughline_app;

create table identifier_use (
  profile_id bigint not null,
  recorded_at timestamp with time zone not null default now(),
  last_seen_at timestamp with time zone not null,
  workspace_id integer not null,
  uses integer not null,
  type text collate "C" not null,
  value text collate "C" not null,
  constraint identifier_use_pkey PRIMARY KEY (workspace_id, type, value, profile_id)
) with (fillfactor=80);
CREATE INDEX identifier_use_latest ON identifier_use USING btree (workspace_id, type, value, last_seen_at, profile_id);
alter table identifier_use enable row level security;
alter table identifier_use force row level security;
create policy identifier_use_own on identifier_use for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on identifier_use to throughline_app;

create table identity_link (
  profile_a bigint not null,
  profile_b bigint not null,
  recorded_at timestamp with time zone not null default now(),
  revoked_at timestamp with time zone,
  workspace_id integer not null,
  touchpoint_id uuid not null,
  rule text collate "C" not null,
  constraint identity_link_pkey PRIMARY KEY (workspace_id, profile_a, profile_b, touchpoint_id)
);
CREATE INDEX identity_link_b ON identity_link USING btree (workspace_id, profile_b);
CREATE INDEX identity_link_evidence ON identity_link USING btree (workspace_id, touchpoint_id);
alter table identity_link enable row level security;
alter table identity_link force row level security;
create policy identity_link_own on identity_link for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on identity_link to throughline_app;

create table identity_settings (
  updated_at timestamp with time zone not null default now(),
  workspace_id integer not null,
  version integer not null default 1,
  folds_plus boolean not null default false,
  folds_dots boolean not null default false,
  updated_by text,
  former json,
  progress json,
  constraint identity_settings_pkey PRIMARY KEY (workspace_id),
  constraint identity_settings_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(id)
);
alter table identity_settings enable row level security;
alter table identity_settings force row level security;
create policy identity_settings_own on identity_settings for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on identity_settings to throughline_app;

create table import (
  started_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  rows bigint not null default 0,
  created bigint not null default 0,
  updated bigint not null default 0,
  duplicates bigint not null default 0,
  skipped bigint not null default 0,
  refused bigint not null default 0,
  workspace_id integer not null,
  is_backfill boolean not null,
  id uuid not null,
  name text,
  started_by text not null,
  failure_reason text collate "C",
  failure text,
  refusals jsonb not null default '[]'::jsonb,
  constraint import_pkey PRIMARY KEY (workspace_id, id)
);
CREATE INDEX import_started ON import USING btree (workspace_id, started_at, id);
alter table import enable row level security;
alter table import force row level security;
create policy import_own on import for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on import to throughline_app;

create table inbound_due (
  due_at timestamp with time zone not null,
  workspace_id integer not null,
  attempts smallint not null default 0,
  request_id uuid not null,
  constraint inbound_due_pkey PRIMARY KEY (workspace_id, request_id)
) with (fillfactor=80);
CREATE INDEX inbound_due_at ON inbound_due USING btree (due_at);
alter table inbound_due enable row level security;
alter table inbound_due force row level security;
create policy inbound_due_own on inbound_due for all using ((workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif")) OR (( SELECT current_setting('app.scope'::text, true) AS current_setting) = 'system'::text));
grant delete, insert, select, update on inbound_due to throughline_app;

create table inbound_request (
  received_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  workspace_id integer not null,
  touchpoints integer not null default 0,
  dead_letters integer not null default 0,
  generation smallint not null default 0,
  state smallint not null default 0,
  connector_id uuid not null,
  id uuid not null,
  signature_id uuid,
  method text collate "C" not null,
  url text not null,
  headers json not null,
  body bytea not null,
  reason text collate "C",
  constraint inbound_request_pkey PRIMARY KEY (workspace_id, id),
  constraint inbound_request_generation_check CHECK (((generation >= 0) AND (generation <= 255))),
  constraint inbound_request_method_check CHECK ((method = ANY (ARRAY['GET'::text, 'POST'::text]))),
  constraint inbound_request_state_check CHECK (((state >= 0) AND (state <= 2)))
);
CREATE INDEX inbound_request_at ON inbound_request USING btree (workspace_id, received_at, id) INCLUDE (state, dead_letters);
CREATE INDEX inbound_request_failed ON inbound_request USING btree (workspace_id, connector_id, received_at) WHERE ((dead_letters > 0) OR (state = 2));
CREATE INDEX inbound_request_received ON inbound_request USING btree (workspace_id, connector_id, received_at, id) INCLUDE (state, dead_letters);
CREATE UNIQUE INDEX inbound_request_signature ON inbound_request USING btree (workspace_id, connector_id, signature_id) WHERE (signature_id IS NOT NULL);
alter table inbound_request enable row level security;
alter table inbound_request force row level security;
create policy inbound_request_own on inbound_request for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant delete, insert, select, update on inbound_request to throughline_app;

create table intake_settings (
  updated_at timestamp with time zone not null default now(),
  workspace_id integer not null,
  version integer not null default 1,
  updated_by text,
  own_mail text[] not null default '{}'::text[],
  request_days integer,
  dead_letter_days integer,
  waiting_dead_letter_days integer,
  constraint intake_settings_pkey PRIMARY KEY (workspace_id),
  constraint intake_settings_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(id),
  constraint intake_settings_dead_letter_days_check CHECK (((dead_letter_days >= 1) AND (dead_letter_days <= 3650))),
  constraint intake_settings_request_days_check CHECK (((request_days >= 1) AND (request_days <= 3650))),
  constraint intake_settings_waiting_dead_letter_days_check CHECK (((waiting_dead_letter_days >= 1) AND (waiting_dead_letter_days <= 3650)))
);
alter table intake_settings enable row level security;
alter table intake_settings force row level security;
create policy intake_settings_own on intake_settings for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on intake_settings to throughline_app;

create table issue (
  opened_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  resolved_at timestamp with time zone,
  profile_id bigint not null,
  workspace_id integer not null,
  version integer not null default 1,
  status smallint not null,
  priority smallint not null,
  id uuid not null,
  source text collate "C",
  external_id text collate "C",
  topic text collate "C",
  subject text not null,
  description text,
  resolution text,
  escalated_at timestamp with time zone,
  assignee text collate "C",
  queue text collate "C",
  escalation_reason text,
  first_response_due_at timestamp with time zone,
  resolution_due_at timestamp with time zone,
  tier text collate "C",
  constraint issue_pkey PRIMARY KEY (workspace_id, id)
) with (fillfactor=85);
CREATE INDEX issue_due ON issue USING btree (workspace_id, resolution_due_at) WHERE ((status < 3) AND (resolution_due_at IS NOT NULL));
CREATE UNIQUE INDEX issue_external ON issue USING btree (workspace_id, source, external_id) WHERE (external_id IS NOT NULL);
CREATE INDEX issue_history ON issue USING btree (workspace_id, profile_id, opened_at, id) INCLUDE (status);
CREATE INDEX issue_open ON issue USING btree (workspace_id, profile_id, opened_at, id) WHERE (status < 3);
CREATE INDEX issue_opened ON issue USING btree (workspace_id, opened_at);
CREATE INDEX issue_status ON issue USING btree (workspace_id, status, opened_at, id);
alter table issue enable row level security;
alter table issue force row level security;
create policy issue_own on issue for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on issue to throughline_app;

create table issue_comment (
  created_at timestamp with time zone not null,
  workspace_id integer not null,
  id uuid not null,
  issue_id uuid not null,
  is_public boolean not null,
  source text collate "C",
  external_id text collate "C",
  actor text not null,
  body text not null,
  constraint issue_comment_pkey PRIMARY KEY (workspace_id, id)
);
CREATE INDEX issue_comment_of ON issue_comment USING btree (workspace_id, issue_id, created_at, id);
alter table issue_comment enable row level security;
alter table issue_comment force row level security;
create policy issue_comment_own on issue_comment for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select on issue_comment to throughline_app;

create table issue_link (
  linked_at timestamp with time zone not null,
  workspace_id integer not null,
  kind smallint not null,
  issue_id uuid not null,
  other_id uuid not null,
  actor text not null,
  constraint issue_link_pkey PRIMARY KEY (workspace_id, issue_id, kind, other_id),
  constraint issue_link_check CHECK ((issue_id <> other_id))
);
CREATE INDEX issue_link_back ON issue_link USING btree (workspace_id, other_id);
alter table issue_link enable row level security;
alter table issue_link force row level security;
create policy issue_link_own on issue_link for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant delete, insert, select on issue_link to throughline_app;

create table issue_ticket (
  referred_at timestamp with time zone not null,
  workspace_id integer not null,
  issue_id uuid not null,
  system text collate "C" not null,
  external_id text collate "C" not null,
  url text,
  actor text not null,
  constraint issue_ticket_pkey PRIMARY KEY (workspace_id, system, external_id)
);
CREATE INDEX issue_ticket_of ON issue_ticket USING btree (workspace_id, issue_id);
alter table issue_ticket enable row level security;
alter table issue_ticket force row level security;
create policy issue_ticket_own on issue_ticket for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on issue_ticket to throughline_app;

create table issue_version (
  changed_at timestamp with time zone not null,
  resolved_at timestamp with time zone,
  workspace_id integer not null,
  version integer not null,
  status smallint not null,
  priority smallint not null,
  issue_id uuid not null,
  topic text collate "C",
  subject text not null,
  description text,
  resolution text,
  actor text not null,
  escalated_at timestamp with time zone,
  assignee text collate "C",
  queue text collate "C",
  escalation_reason text,
  constraint issue_version_pkey PRIMARY KEY (workspace_id, issue_id, version)
);
alter table issue_version enable row level security;
alter table issue_version force row level security;
create policy issue_version_own on issue_version for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select on issue_version to throughline_app;

create table journey (
  started_at timestamp with time zone not null,
  step_since timestamp with time zone not null,
  active_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  expected_at timestamp with time zone,
  stuck_at timestamp with time zone,
  ended_at timestamp with time zone,
  profile_id bigint not null,
  workspace_id integer not null,
  blueprint_version integer not null,
  version integer not null default 0,
  status smallint not null,
  is_stuck boolean not null default false,
  id uuid not null,
  blueprint_id uuid not null,
  step text collate "C" not null,
  source text collate "C" not null,
  external_id text collate "C" not null,
  state json not null default '{}'::json,
  turn json,
  cause json not null default '{}'::json,
  way json not null default '[]'::json,
  constraint journey_pkey PRIMARY KEY (workspace_id, id)
) with (fillfactor=80);
CREATE UNIQUE INDEX journey_external ON journey USING btree (workspace_id, source, external_id);
CREATE INDEX journey_history ON journey USING btree (workspace_id, profile_id, started_at, id) INCLUDE (status);
CREATE INDEX journey_of_blueprint ON journey USING btree (workspace_id, blueprint_id, status, started_at, id);
CREATE INDEX journey_running ON journey USING btree (workspace_id, blueprint_id, blueprint_version, id) WHERE (status < 2);
CREATE INDEX journey_started ON journey USING btree (workspace_id, blueprint_id, started_at);
CREATE INDEX journey_status ON journey USING btree (workspace_id, status, started_at, id);
alter table journey enable row level security;
alter table journey force row level security;
create policy journey_own on journey for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on journey to throughline_app;

create table journey_act (
  at timestamp with time zone not null,
  workspace_id integer not null,
  n integer not null,
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
  constraint journey_act_pkey PRIMARY KEY (workspace_id, journey_id, n)
);
CREATE UNIQUE INDEX journey_act_once ON journey_act USING btree (workspace_id, journey_id, idempotency_key) WHERE (idempotency_key IS NOT NULL);
alter table journey_act enable row level security;
alter table journey_act force row level security;
create policy journey_act_own on journey_act for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select on journey_act to throughline_app;

create table journey_due (
  due_at timestamp with time zone,
  workspace_id integer not null,
  journey_id uuid not null,
  constraint journey_due_pkey PRIMARY KEY (workspace_id, journey_id)
) with (fillfactor=80);
CREATE INDEX journey_due_at ON journey_due USING btree (due_at) WHERE (due_at IS NOT NULL);
alter table journey_due enable row level security;
alter table journey_due force row level security;
create policy journey_due_own on journey_due for all using ((workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif")) OR (( SELECT current_setting('app.scope'::text, true) AS current_setting) = 'system'::text));
grant insert, select, update on journey_due to throughline_app;

create table journey_touchpoint (
  workspace_id integer not null,
  is_referred boolean not null,
  touchpoint_id uuid not null,
  journey_id uuid not null,
  constraint journey_touchpoint_pkey PRIMARY KEY (workspace_id, touchpoint_id)
);
CREATE INDEX journey_touchpoint_of ON journey_touchpoint USING btree (workspace_id, journey_id, touchpoint_id);
alter table journey_touchpoint enable row level security;
alter table journey_touchpoint force row level security;
create policy journey_touchpoint_own on journey_touchpoint for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant delete, insert, select, update on journey_touchpoint to throughline_app;

create table journey_version (
  changed_at timestamp with time zone not null,
  started_at timestamp with time zone not null,
  step_since timestamp with time zone not null,
  expected_at timestamp with time zone,
  stuck_at timestamp with time zone,
  ended_at timestamp with time zone,
  workspace_id integer not null,
  blueprint_version integer not null,
  version integer not null,
  status smallint not null,
  journey_id uuid not null,
  step text collate "C" not null,
  state json not null,
  turn json,
  cause json not null,
  constraint journey_version_pkey PRIMARY KEY (workspace_id, journey_id, version)
);
alter table journey_version enable row level security;
alter table journey_version force row level security;
create policy journey_version_own on journey_version for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select on journey_version to throughline_app;

create table match_decision (
  id bigint generated always as identity not null,
  customer_a bigint not null,
  customer_b bigint not null,
  decided_at timestamp with time zone not null,
  merge_id bigint,
  score double precision not null,
  workspace_id integer not null,
  band smallint not null,
  act text collate "C" not null,
  actor text not null,
  reason text,
  model text collate "C" not null,
  fields json not null,
  evidence json not null,
  constraint match_decision_pkey PRIMARY KEY (workspace_id, id)
);
CREATE INDEX match_decision_merge ON match_decision USING btree (workspace_id, merge_id) WHERE (merge_id IS NOT NULL);
CREATE INDEX match_decision_pair ON match_decision USING btree (workspace_id, customer_a, customer_b, id);
alter table match_decision enable row level security;
alter table match_decision force row level security;
create policy match_decision_own on match_decision for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select on match_decision to throughline_app;

create table match_due (
  profile_id bigint not null,
  ticket bigint generated always as identity not null,
  due_at timestamp with time zone not null default now(),
  workspace_id integer not null,
  attempts integer not null default 0,
  lane smallint not null,
  is_forced boolean not null,
  constraint match_due_pkey PRIMARY KEY (workspace_id, profile_id)
) with (fillfactor=80);
CREATE INDEX match_due_next ON match_due USING btree (workspace_id, lane, due_at);
alter table match_due enable row level security;
alter table match_due force row level security;
create policy match_due_own on match_due for all using ((workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif")) OR (( SELECT current_setting('app.scope'::text, true) AS current_setting) = 'system'::text));
grant delete, insert, select, update on match_due to throughline_app;

create table match_key (
  key bigint not null,
  place bigint not null,
  customer_id bigint not null,
  workspace_id integer not null,
  constraint match_key_pkey PRIMARY KEY (workspace_id, key, place, customer_id)
);
alter table match_key enable row level security;
alter table match_key force row level security;
create policy match_key_own on match_key for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant delete, insert, select on match_key to throughline_app;

create table match_person (
  customer_id bigint not null,
  place bigint not null,
  workspace_id integer not null,
  person json not null,
  keys bigint[] not null,
  constraint match_person_pkey PRIMARY KEY (workspace_id, customer_id)
) with (fillfactor=85);
alter table match_person enable row level security;
alter table match_person force row level security;
create policy match_person_own on match_person for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant delete, insert, select, update on match_person to throughline_app;

create table match_suggestion (
  customer_a bigint not null,
  customer_b bigint not null,
  since_at timestamp with time zone not null default now(),
  score double precision not null,
  workspace_id integer not null,
  status smallint not null,
  band smallint not null,
  id uuid not null,
  model text collate "C" not null,
  fields json not null,
  evidence json not null,
  constraint match_suggestion_pkey PRIMARY KEY (workspace_id, customer_a, customer_b),
  constraint match_suggestion_check CHECK ((customer_a < customer_b)),
  constraint match_suggestion_check1 CHECK ((id = (encode((int8send(customer_a) || int8send(customer_b)), 'hex'::text))::uuid))
) with (fillfactor=85);
CREATE INDEX match_suggestion_b ON match_suggestion USING btree (workspace_id, customer_b);
CREATE INDEX match_suggestion_band ON match_suggestion USING btree (workspace_id, status, band, since_at, id);
CREATE UNIQUE INDEX match_suggestion_id ON match_suggestion USING btree (workspace_id, id);
CREATE INDEX match_suggestion_list ON match_suggestion USING btree (workspace_id, status, since_at, id);
alter table match_suggestion enable row level security;
alter table match_suggestion force row level security;
create policy match_suggestion_own on match_suggestion for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant delete, insert, select, update on match_suggestion to throughline_app;

create table match_weights (
  created_at timestamp with time zone not null default now(),
  finished_at timestamp with time zone,
  activated_at timestamp with time zone,
  workspace_id integer not null,
  version integer not null,
  customers integer,
  pairs integer,
  is_active boolean not null default false,
  status text collate "C" not null,
  created_by text not null,
  activated_by text,
  weights json,
  constraint match_weights_pkey PRIMARY KEY (workspace_id, version)
);
CREATE UNIQUE INDEX match_weights_active ON match_weights USING btree (workspace_id) WHERE is_active;
alter table match_weights enable row level security;
alter table match_weights force row level security;
create policy match_weights_own on match_weights for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on match_weights to throughline_app;

create table merge (
  id bigint generated always as identity not null,
  survivor_id bigint not null,
  absorbed_id bigint not null,
  merged_at timestamp with time zone not null default now(),
  undone_at timestamp with time zone,
  workspace_id integer not null,
  touchpoint_id uuid,
  actor text,
  rule text collate "C" not null,
  reason text,
  undone_by text,
  undo_reason text,
  constraint merge_pkey PRIMARY KEY (workspace_id, id)
);
CREATE INDEX merge_absorbed ON merge USING btree (workspace_id, absorbed_id);
CREATE INDEX merge_evidence ON merge USING btree (workspace_id, touchpoint_id);
CREATE INDEX merge_survivor ON merge USING btree (workspace_id, survivor_id);
alter table merge enable row level security;
alter table merge force row level security;
create policy merge_own on merge for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on merge to throughline_app;

create table moment_of_truth (
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  workspace_id integer not null,
  version integer not null,
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
  constraint moment_of_truth_pkey PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX moment_of_truth_key ON moment_of_truth USING btree (workspace_id, key);
alter table moment_of_truth enable row level security;
alter table moment_of_truth force row level security;
create policy moment_of_truth_own on moment_of_truth for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on moment_of_truth to throughline_app;

create table outbox (
  id bigint generated always as identity not null,
  created_at timestamp with time zone not null default now(),
  due_at timestamp with time zone not null default now(),
  workspace_id integer not null,
  attempts integer not null default 0,
  kind text collate "C" not null,
  payload json not null,
  last_error text,
  constraint outbox_pkey PRIMARY KEY (workspace_id, id)
) with (fillfactor=80);
CREATE INDEX outbox_due ON outbox USING btree (due_at, id);
alter table outbox enable row level security;
alter table outbox force row level security;
create policy outbox_own on outbox for all using ((workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif")) OR (( SELECT current_setting('app.scope'::text, true) AS current_setting) = 'system'::text));
grant delete, insert, select, update on outbox to throughline_app;

create table preference (
  stated_at timestamp with time zone not null,
  profile_id bigint not null,
  workspace_id integer not null,
  kind smallint not null,
  stated_by smallint not null,
  id uuid not null,
  value jsonb,
  actor text not null,
  constraint preference_pkey PRIMARY KEY (workspace_id, id)
);
CREATE INDEX preference_of ON preference USING btree (workspace_id, profile_id, kind, stated_at DESC, id DESC);
alter table preference enable row level security;
alter table preference force row level security;
create policy preference_own on preference for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select on preference to throughline_app;

create table profile (
  id bigint not null,
  canonical_id bigint not null,
  created_at timestamp with time zone not null default now(),
  workspace_id integer not null,
  version integer not null default 0,
  merges integer not null default 0,
  braked_at timestamp with time zone,
  constraint profile_pkey PRIMARY KEY (workspace_id, id)
) with (fillfactor=85);
CREATE INDEX profile_braked ON profile USING btree (workspace_id, braked_at, id) WHERE (braked_at IS NOT NULL);
CREATE INDEX profile_canonical ON profile USING btree (workspace_id, canonical_id) INCLUDE (id);
alter table profile enable row level security;
alter table profile force row level security;
create policy profile_own on profile for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on profile to throughline_app;

create table profile_activity (
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  profile_id bigint not null,
  workspace_id integer not null,
  touchpoints integer not null,
  sources text[] not null,
  shown_touchpoints integer not null default 0,
  shown_first_at timestamp with time zone,
  shown_last_at timestamp with time zone,
  constraint profile_activity_pkey PRIMARY KEY (workspace_id, profile_id)
) with (fillfactor=80);
alter table profile_activity enable row level security;
alter table profile_activity force row level security;
create policy profile_activity_own on profile_activity for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on profile_activity to throughline_app;

create table profile_pointer (
  profile_id bigint not null,
  canonical_id bigint not null,
  moved_at timestamp with time zone not null default now(),
  workspace_id integer not null,
  constraint profile_pointer_pkey PRIMARY KEY (workspace_id, profile_id, moved_at)
);
CREATE INDEX profile_pointer_canonical ON profile_pointer USING btree (workspace_id, canonical_id, moved_at);
alter table profile_pointer enable row level security;
alter table profile_pointer force row level security;
create policy profile_pointer_own on profile_pointer for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select on profile_pointer to throughline_app;

create table reason_count (
  learned_at timestamp with time zone not null,
  workspace_id integer not null,
  tries integer not null,
  hits integer not null,
  rule smallint not null,
  after text collate "C" not null,
  topic text collate "C" not null,
  constraint reason_count_pkey PRIMARY KEY (workspace_id, rule, after, topic)
);
alter table reason_count enable row level security;
alter table reason_count force row level security;
create policy reason_count_own on reason_count for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant delete, insert, select, update on reason_count to throughline_app;

create table resume_attempts (
  until_at timestamp with time zone not null,
  workspace_id integer not null,
  attempts integer not null,
  actor text collate "C" not null,
  constraint resume_attempts_pkey PRIMARY KEY (workspace_id, actor)
) with (fillfactor=80);
alter table resume_attempts enable row level security;
alter table resume_attempts force row level security;
create policy resume_attempts_own on resume_attempts for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on resume_attempts to throughline_app;

create table resume_code (
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  workspace_id integer not null,
  uses_max integer not null,
  uses integer not null default 0,
  verification smallint not null,
  id uuid not null,
  journey_id uuid not null,
  actor text not null,
  code_hash bytea not null,
  token_hash bytea not null,
  constraint resume_code_pkey PRIMARY KEY (workspace_id, id)
);
CREATE INDEX resume_code_journey ON resume_code USING btree (workspace_id, journey_id, expires_at);
CREATE UNIQUE INDEX resume_code_spoken ON resume_code USING btree (workspace_id, code_hash);
CREATE UNIQUE INDEX resume_code_token ON resume_code USING btree (workspace_id, token_hash);
alter table resume_code enable row level security;
alter table resume_code force row level security;
create policy resume_code_own on resume_code for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on resume_code to throughline_app;

create table resume_salt (
  workspace_id integer not null,
  salt bytea not null,
  constraint resume_salt_pkey PRIMARY KEY (workspace_id)
);
alter table resume_salt enable row level security;
alter table resume_salt force row level security;
create policy resume_salt_own on resume_salt for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select on resume_salt to throughline_app;

create table scorecard (
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  workspace_id integer not null,
  version integer not null,
  score_min smallint not null,
  score_max smallint not null,
  is_active boolean not null,
  id uuid not null,
  key text collate "C" not null,
  constraint scorecard_pkey PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX scorecard_key ON scorecard USING btree (workspace_id, key);
alter table scorecard enable row level security;
alter table scorecard force row level security;
create policy scorecard_own on scorecard for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on scorecard to throughline_app;

create table scorecard_version (
  created_at timestamp with time zone not null,
  workspace_id integer not null,
  version integer not null,
  scorecard_id uuid not null,
  weights real[] not null,
  name text not null,
  actor text not null,
  criteria json not null,
  constraint scorecard_version_pkey PRIMARY KEY (workspace_id, scorecard_id, version)
);
alter table scorecard_version enable row level security;
alter table scorecard_version force row level security;
create policy scorecard_version_own on scorecard_version for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select on scorecard_version to throughline_app;

create table search_word (
  profile_id bigint not null,
  workspace_id integer not null,
  word text collate "C" not null,
  constraint search_word_pkey PRIMARY KEY (workspace_id, word, profile_id)
);
alter table search_word enable row level security;
alter table search_word force row level security;
create policy search_word_own on search_word for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant delete, insert, select on search_word to throughline_app;

create table segment (
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  deleted_at timestamp with time zone,
  workspace_id integer not null,
  version integer not null default 1,
  rule_version integer not null default 1,
  id uuid not null,
  key text collate "C" not null,
  name text not null,
  description text,
  rule json not null,
  entitlements text[] not null default '{}'::text[],
  ends_at timestamp with time zone,
  lasts_seconds integer,
  priority integer not null default 0,
  has_decisions boolean not null default false,
  constraint segment_pkey PRIMARY KEY (workspace_id, id),
  constraint segment_key_check CHECK ((key ~ '^[a-z0-9][a-z0-9_-]{0,62}$'::text)),
  constraint segment_lasts_seconds_check CHECK ((lasts_seconds > 0))
);
CREATE UNIQUE INDEX segment_key ON segment USING btree (workspace_id, key) WHERE (deleted_at IS NULL);
alter table segment enable row level security;
alter table segment force row level security;
create policy segment_own on segment for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on segment to throughline_app;

create table segment_decision (
  decided_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  ended_at timestamp with time zone,
  profile_id bigint not null,
  workspace_id integer not null,
  is_exclusion boolean not null,
  id uuid not null,
  segment_id uuid not null,
  actor text not null,
  ended_by text,
  reason text not null,
  constraint segment_decision_pkey PRIMARY KEY (workspace_id, id)
);
CREATE INDEX segment_decision_history ON segment_decision USING btree (workspace_id, profile_id, decided_at, id);
CREATE UNIQUE INDEX segment_decision_present ON segment_decision USING btree (workspace_id, profile_id, segment_id) WHERE (ended_at IS NULL);
alter table segment_decision enable row level security;
alter table segment_decision force row level security;
create policy segment_decision_own on segment_decision for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on segment_decision to throughline_app;

create table segment_due (
  due_at timestamp with time zone,
  profile_id bigint not null,
  workspace_id integer not null,
  constraint segment_due_pkey PRIMARY KEY (workspace_id, profile_id)
) with (fillfactor=80);
CREATE INDEX segment_due_at ON segment_due USING btree (due_at) WHERE (due_at IS NOT NULL);
alter table segment_due enable row level security;
alter table segment_due force row level security;
create policy segment_due_own on segment_due for all using ((workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif")) OR (( SELECT current_setting('app.scope'::text, true) AS current_setting) = 'system'::text));
grant insert, select, update on segment_due to throughline_app;

create table segment_member (
  since_at timestamp with time zone not null,
  until_at timestamp with time zone,
  profile_id bigint not null,
  workspace_id integer not null,
  rule_version integer not null,
  segment_id uuid not null,
  reason json not null,
  entered_at timestamp with time zone,
  expires_at timestamp with time zone,
  origin_id bigint,
  ended_by smallint,
  is_manual boolean not null default false,
  is_lapsed boolean not null default false,
  constraint segment_member_pkey PRIMARY KEY (workspace_id, profile_id, segment_id, since_at)
) with (fillfactor=90);
CREATE INDEX segment_member_history ON segment_member USING btree (workspace_id, segment_id, since_at, profile_id) WHERE (since_at > '-infinity'::timestamp with time zone);
CREATE UNIQUE INDEX segment_member_present ON segment_member USING btree (workspace_id, profile_id, segment_id) WHERE (until_at IS NULL);
CREATE INDEX segment_member_segment ON segment_member USING btree (workspace_id, segment_id, profile_id) WHERE (until_at IS NULL);
alter table segment_member enable row level security;
alter table segment_member force row level security;
create policy segment_member_own on segment_member for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on segment_member to throughline_app;

create table signal_settings (
  updated_at timestamp with time zone not null,
  workspace_id integer not null,
  version integer not null,
  thresholds jsonb not null,
  actor text not null,
  constraint signal_settings_pkey PRIMARY KEY (workspace_id)
);
alter table signal_settings enable row level security;
alter table signal_settings force row level security;
create policy signal_settings_own on signal_settings for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on signal_settings to throughline_app;

create table sla_settings (
  updated_at timestamp with time zone not null,
  workspace_id integer not null,
  version integer not null,
  calendars jsonb not null,
  policies jsonb not null,
  actor text not null,
  constraint sla_settings_pkey PRIMARY KEY (workspace_id)
);
alter table sla_settings enable row level security;
alter table sla_settings force row level security;
create policy sla_settings_own on sla_settings for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on sla_settings to throughline_app;

create table survey (
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  workspace_id integer not null,
  version integer not null,
  delay_seconds integer not null,
  quiet_days integer not null,
  valid_days integer not null,
  kind smallint not null,
  score_min smallint not null,
  score_max smallint not null,
  trigger smallint,
  is_active boolean not null,
  id uuid not null,
  blueprint_id uuid,
  channels smallint[],
  kinds text[],
  topics text[],
  endings smallint[],
  key text collate "C" not null,
  name text not null,
  actor text not null,
  texts json not null,
  moment_id uuid,
  constraint survey_pkey PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX survey_key ON survey USING btree (workspace_id, key);
CREATE INDEX survey_trigger ON survey USING btree (workspace_id, trigger) WHERE (is_active AND (trigger IS NOT NULL));
alter table survey enable row level security;
alter table survey force row level security;
create policy survey_own on survey for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on survey to throughline_app;

create table survey_attempts (
  until_at timestamp with time zone not null,
  workspace_id integer not null,
  attempts integer not null,
  bucket smallint not null,
  constraint survey_attempts_pkey PRIMARY KEY (workspace_id, bucket)
);
alter table survey_attempts enable row level security;
alter table survey_attempts force row level security;
create policy survey_attempts_own on survey_attempts for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on survey_attempts to throughline_app;

create table survey_invitation (
  invited_at timestamp with time zone not null,
  opens_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  answered_at timestamp with time zone,
  profile_id bigint not null,
  workspace_id integer not null,
  channel smallint,
  id uuid not null,
  survey_id uuid not null,
  cause_id uuid not null,
  touchpoint_id uuid,
  conversation_id uuid,
  journey_id uuid,
  issue_id uuid,
  language text collate "C",
  agent_id text collate "C",
  actor text,
  token_hash bytea,
  constraint survey_invitation_pkey PRIMARY KEY (workspace_id, id)
);
CREATE INDEX survey_invitation_of ON survey_invitation USING btree (workspace_id, profile_id, opens_at, id);
CREATE UNIQUE INDEX survey_invitation_once ON survey_invitation USING btree (workspace_id, survey_id, cause_id);
CREATE INDEX survey_invitation_open ON survey_invitation USING btree (workspace_id, opens_at, id);
CREATE UNIQUE INDEX survey_invitation_token ON survey_invitation USING btree (workspace_id, token_hash) WHERE (token_hash IS NOT NULL);
alter table survey_invitation enable row level security;
alter table survey_invitation force row level security;
create policy survey_invitation_own on survey_invitation for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on survey_invitation to throughline_app;

create table touchpoint (
  occurred_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null default now(),
  sent_at timestamp with time zone,
  ended_at timestamp with time zone,
  profile_id bigint not null,
  version bigint not null,
  content_hash bigint not null,
  workspace_id integer not null,
  duration_seconds integer,
  wait_seconds integer,
  hold_seconds integer,
  handle_seconds integer,
  sentiment real,
  channel smallint not null,
  direction smallint not null,
  status smallint not null,
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
  attributes json not null default '{}'::json,
  constraint touchpoint_pkey PRIMARY KEY (workspace_id, id)
) with (autovacuum_vacuum_insert_scale_factor=0.01, autovacuum_analyze_scale_factor=0.02);
CREATE INDEX touchpoint_conversation ON touchpoint USING btree (workspace_id, conversation_id, occurred_at, id) WHERE (conversation_id IS NOT NULL);
CREATE INDEX touchpoint_history ON touchpoint USING btree (workspace_id, profile_id, occurred_at, id) INCLUDE (channel, direction);
CREATE INDEX touchpoint_issue ON touchpoint USING btree (workspace_id, issue_id, occurred_at, id) WHERE (issue_id IS NOT NULL);
CREATE INDEX touchpoint_journey ON touchpoint USING btree (workspace_id, journey_id, occurred_at, id) WHERE (journey_id IS NOT NULL);
CREATE INDEX touchpoint_time ON touchpoint USING btree (workspace_id, occurred_at) INCLUDE (profile_id, id, conversation_id, channel, direction, is_abandoned, wait_seconds, hold_seconds, handle_seconds, sentiment, topic, queue, agent_id);
alter table touchpoint enable row level security;
alter table touchpoint force row level security;
create policy touchpoint_own on touchpoint for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on touchpoint to throughline_app;

create table touchpoint_message (
  version bigint not null,
  content_hash bigint not null,
  recorded_at timestamp with time zone not null default now(),
  workspace_id integer not null,
  touchpoint_id uuid not null,
  message json not null,
  constraint touchpoint_message_pkey PRIMARY KEY (workspace_id, touchpoint_id, version, content_hash)
);
alter table touchpoint_message enable row level security;
alter table touchpoint_message force row level security;
create policy touchpoint_message_own on touchpoint_message for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select on touchpoint_message to throughline_app;

create table touchpoint_version (
  occurred_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null default now(),
  sent_at timestamp with time zone,
  ended_at timestamp with time zone,
  profile_id bigint not null,
  version bigint not null,
  content_hash bigint not null,
  workspace_id integer not null,
  duration_seconds integer,
  wait_seconds integer,
  hold_seconds integer,
  handle_seconds integer,
  sentiment real,
  channel smallint not null,
  direction smallint not null,
  status smallint not null,
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
  attributes json not null default '{}'::json,
  since_at timestamp with time zone not null,
  replaced_at timestamp with time zone not null default now(),
  constraint touchpoint_version_pkey PRIMARY KEY (workspace_id, id, replaced_at)
);
CREATE INDEX touchpoint_version_history ON touchpoint_version USING btree (workspace_id, profile_id, occurred_at, id);
CREATE INDEX touchpoint_version_issue ON touchpoint_version USING btree (workspace_id, issue_id) WHERE (issue_id IS NOT NULL);
CREATE INDEX touchpoint_version_journey ON touchpoint_version USING btree (workspace_id, journey_id) WHERE (journey_id IS NOT NULL);
alter table touchpoint_version enable row level security;
alter table touchpoint_version force row level security;
create policy touchpoint_version_own on touchpoint_version for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select on touchpoint_version to throughline_app;

create table trait (
  profile_id bigint not null,
  occurred_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null default now(),
  workspace_id integer not null,
  key text collate "C" not null,
  value jsonb not null,
  constraint trait_pkey PRIMARY KEY (workspace_id, profile_id, key)
) with (fillfactor=90);
alter table trait enable row level security;
alter table trait force row level security;
create policy trait_own on trait for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on trait to throughline_app;

create table treatment_settings (
  updated_at timestamp with time zone not null,
  workspace_id integer not null,
  version integer not null,
  settings jsonb not null,
  actor text not null,
  constraint treatment_settings_pkey PRIMARY KEY (workspace_id)
);
alter table treatment_settings enable row level security;
alter table treatment_settings force row level security;
create policy treatment_settings_own on treatment_settings for all using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif"));
grant insert, select, update on treatment_settings to throughline_app;

create table workspace (
  id integer generated always as identity not null,
  created_at timestamp with time zone not null default now(),
  key text collate "C" not null,
  name text not null,
  default_region text not null default 'US'::text,
  constraint workspace_pkey PRIMARY KEY (id),
  constraint workspace_key_key UNIQUE (key),
  constraint workspace_default_region_check CHECK ((default_region ~ '^[A-Z]{2}$'::text)),
  constraint workspace_key_check CHECK ((key ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text)),
  constraint workspace_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);
alter table workspace enable row level security;
alter table workspace force row level security;
create policy workspace_own on workspace for all using ((id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::integer AS "nullif")) OR (( SELECT current_setting('app.scope'::text, true) AS current_setting) = 'system'::text));
grant insert, select, update on workspace to throughline_app;
