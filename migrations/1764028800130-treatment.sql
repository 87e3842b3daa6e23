-- How a customer wants to be treated, statement by statement: of each kind the latest holds, and one without a value
-- takes back what was stated before. A statement stays with the profile that it arrived with, so a merge and its undo
-- leave it alone. Kind: 0 channels, 1 language, 2 time zone, 3 hours, 4 agent, 5 do not disturb.
create table preference (
  stated_at timestamptz not null,
  profile_id bigint not null,
  workspace_id int not null,
  kind smallint not null,
  stated_by smallint not null,
  id uuid not null,
  value jsonb,
  actor text not null,
  primary key (workspace_id, id)
);

create index preference_of on preference (workspace_id, profile_id, kind, stated_at desc, id desc);

alter table preference enable row level security;

alter table preference force row level security;

create policy preference_own on preference using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert on preference to throughline_app;

-- How a workspace treats its customers, where it says other than we do: { "observedDays": 30, … }.
create table treatment_settings (
  updated_at timestamptz not null,
  workspace_id int not null,
  version int not null,
  settings jsonb not null,
  actor text not null,
  primary key (workspace_id)
);

alter table treatment_settings enable row level security;

alter table treatment_settings force row level security;

create policy treatment_settings_own on treatment_settings using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert, update on treatment_settings to throughline_app;
