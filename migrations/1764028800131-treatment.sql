-- What a workspace asks consent for. `channels`: null covers all. Legal basis: 0 consent, 1 legitimate interest,
-- 2 contract, 3 legal obligation, 4 vital interest, 5 public task. State: 0 granted, 1 denied, 2 withdrawn, 3 unknown.
create table consent_purpose (
  created_at timestamptz not null,
  updated_at timestamptz not null,
  retired_at timestamptz,
  workspace_id int not null,
  version int not null,
  legal_basis smallint not null,
  default_state smallint not null,
  heeds_hours boolean not null,
  id uuid not null,
  channels smallint[],
  key text collate "C" not null,
  name text not null,
  description text,
  actor text not null,
  primary key (workspace_id, id)
);

create unique index consent_purpose_key on consent_purpose (workspace_id, key);

alter table consent_purpose enable row level security;

alter table consent_purpose force row level security;

create policy consent_purpose_own on consent_purpose using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert, update on consent_purpose to throughline_app;

-- What customers consented to, statement by statement, never changed. A statement stays with the profile that it arrived
-- with; `members` are the profiles that were one customer when it was recorded, for which it speaks. `channel`: null
-- speaks of all that the purpose covers.
create table consent (
  stated_at timestamptz not null,
  recorded_at timestamptz not null,
  expires_at timestamptz,
  profile_id bigint not null,
  workspace_id int not null,
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
  primary key (workspace_id, id)
);

create index consent_of on consent (workspace_id, profile_id, purpose_id, stated_at);

alter table consent enable row level security;

alter table consent force row level security;

create policy consent_own on consent using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert on consent to throughline_app;
