-- Who matches what. A rule is data; the columns `rule` and `entitlements` are validated before they are stored.
-- A deleted segment keeps its row, so that reads as of an earlier time still name it.
create table segment (
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  workspace_id int not null,
  version int not null default 1,
  rule_version int not null default 1,
  id uuid not null,
  key text collate "C" not null check (key ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  name text not null,
  description text,
  rule json not null,
  entitlements text[] not null default '{}',
  primary key (workspace_id, id)
);

create unique index segment_key on segment (workspace_id, key) where deleted_at is null;

alter table segment enable row level security;

alter table segment force row level security;

create policy segment_own on segment using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- Membership with its history: the open row (`until_at` null) is the present one.
create table segment_member (
  since_at timestamptz not null,
  until_at timestamptz,
  profile_id bigint not null,
  workspace_id int not null,
  rule_version int not null,
  segment_id uuid not null,
  reason json not null,
  primary key (workspace_id, profile_id, segment_id, since_at)
) with (fillfactor = 90);

create unique index segment_member_present on segment_member (workspace_id, profile_id, segment_id) where until_at is null;

create index segment_member_segment on segment_member (workspace_id, segment_id, profile_id) where until_at is null;

alter table segment_member enable row level security;

alter table segment_member force row level security;

create policy segment_member_own on segment_member using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- One row per customer that was ever evaluated: who evaluates it next waits for this row, so that two evaluations of
-- one customer never write over each other. `due_at` is the next instant at which a window lets something go and time
-- alone may change a membership; null when nothing waits for time.
create table segment_due (
  due_at timestamptz,
  profile_id bigint not null,
  workspace_id int not null,
  primary key (workspace_id, profile_id)
) with (fillfactor = 80);

create index segment_due_at on segment_due (due_at) where due_at is not null;

alter table segment_due enable row level security;

alter table segment_due force row level security;

create policy segment_due_own on segment_due using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
  or (select current_setting('app.scope', true)) = 'system'
);

grant select, insert, update on segment to throughline_app;

grant select, insert, update on segment_member to throughline_app;

grant select, insert, update on segment_due to throughline_app;
