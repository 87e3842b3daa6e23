-- Identity that is protected: what a workspace holds its identifiers for, and what became of those that many use.

alter table identifier_type
  add column window_days int check (window_days between 1 and 3650),
  add column removed_at timestamptz,
  add column overflow text collate "C" not null default 'demote' check (overflow in ('demote', 'oldest_out', 'last_wins')),
  add column blocked_values text[] not null default '{}',
  add column blocked_patterns text[] not null default '{}';

alter table identifier_type drop constraint identifier_type_comparison_check;

alter table identifier_type add constraint identifier_type_comparison_check
  check (comparison in ('exact', 'exact_ignoring_case', 'email', 'phone'));

-- The owner of the tables may not pass row-level security by either, so it is taken off for one statement.
alter table identifier_type no force row level security;

update identifier_type set overflow = 'oldest_out' where name = 'anonymous_id';

alter table identifier_type force row level security;

-- What holds for all types of a workspace. `former` is what stored values were normalised by while they wait to be
-- normalised anew: until then a look-up finds them by either form. `progress` tells how far that work is.
create table identity_settings (
  updated_at timestamptz not null default now(),
  workspace_id int not null references workspace (id),
  version int not null default 1,
  folds_plus boolean not null default false,
  folds_dots boolean not null default false,
  updated_by text,
  former json,
  progress json,
  primary key (workspace_id)
);

alter table identity_settings enable row level security;

alter table identity_settings force row level security;

create policy identity_settings_own on identity_settings using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- A detached identifier keeps its row, belongs to no profile and names nobody any more; `former_profile_id` tells whose
-- it was. `rivals` are the different ones that it tried to join and might not, hashed: there are never many, for soon it
-- is shared or quarantined.
alter table identifier
  alter column profile_id drop not null,
  add column former_profile_id bigint,
  add column detached_at timestamptz,
  add column is_sharing_decided boolean not null default false,
  add column rivals text[];

create index identifier_former on identifier (workspace_id, former_profile_id, detached_at)
  where former_profile_id is not null;

-- When an alarm was raised that the customer is past a brake.
alter table profile add column braked_at timestamptz;

-- Who else used an identifier that is not their own. Written only where one had to be left out of a touchpoint, or is
-- known to be used by several.
create table identifier_use (
  profile_id bigint not null,
  recorded_at timestamptz not null default now(),
  last_seen_at timestamptz not null,
  workspace_id int not null,
  uses int not null,
  type text collate "C" not null,
  value text collate "C" not null,
  primary key (workspace_id, type, value, profile_id)
) with (fillfactor = 80);

create index identifier_use_latest on identifier_use (workspace_id, type, value, last_seen_at, profile_id);

alter table identifier_use enable row level security;

alter table identifier_use force row level security;

create policy identifier_use_own on identifier_use using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- What happened to identifiers after they were first seen, and why: append-only.
create table identifier_event (
  id bigint generated always as identity,
  happened_at timestamptz not null default now(),
  from_profile_id bigint,
  to_profile_id bigint,
  workspace_id int not null,
  touchpoint_id uuid,
  act text collate "C" not null,
  reason text not null,
  actor text,
  type text collate "C" not null,
  value text collate "C" not null,
  primary key (workspace_id, id)
);

create index identifier_event_of on identifier_event (workspace_id, type, value, id);

alter table identifier_event enable row level security;

alter table identifier_event force row level security;

create policy identifier_event_own on identifier_event using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- Two profiles that a touchpoint said were one, and that were not joined because nobody proved it: evidence for a
-- suggestion. The smaller id comes first.
create table claimed_link (
  profile_a bigint not null,
  profile_b bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  workspace_id int not null,
  times int not null,
  touchpoint_id uuid not null,
  rule text collate "C" not null,
  primary key (workspace_id, profile_a, profile_b)
) with (fillfactor = 80);

create index claimed_link_b on claimed_link (workspace_id, profile_b);

alter table claimed_link enable row level security;

alter table claimed_link force row level security;

create policy claimed_link_own on claimed_link using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert, update on identity_settings, identifier_use, claimed_link to throughline_app;

grant select, insert on identifier_event to throughline_app;
