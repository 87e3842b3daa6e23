-- From when on something is a signal, where a workspace says other than we do: { "longWaitSeconds": 600, … }.
create table signal_settings (
  updated_at timestamptz not null,
  workspace_id int not null,
  version int not null,
  thresholds jsonb not null,
  actor text not null,
  primary key (workspace_id)
);

alter table signal_settings enable row level security;

alter table signal_settings force row level security;

create policy signal_settings_own on signal_settings using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert, update on signal_settings to throughline_app;

-- What people of ours say of a customer that whoever serves her must know. A mark ends by itself, or by somebody's act;
-- it stays as history.
create table customer_mark (
  marked_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  profile_id bigint not null,
  workspace_id int not null,
  kind smallint not null,
  id uuid not null,
  reason text not null,
  end_reason text,
  actor text not null,
  ended_by text,
  primary key (workspace_id, id)
);

create index customer_mark_of on customer_mark (workspace_id, profile_id, marked_at, id);

alter table customer_mark enable row level security;

alter table customer_mark force row level security;

create policy customer_mark_own on customer_mark using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert, update on customer_mark to throughline_app;
