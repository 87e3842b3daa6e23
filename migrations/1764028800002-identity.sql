-- Who it is. A profile is what an identifier was first seen as and never disappears; a customer is the set of
-- profiles with one canonical id. A merge moves pointers only.

-- New profile ids are taken in blocks, so that ingest knows them before it writes.
create sequence profile_id_block increment by 1000 minvalue 1000 start with 1000;

create table identifier_type (
  workspace_id int not null references workspace (id),
  priority smallint not null,
  limit_per_customer int not null check (limit_per_customer >= 1),
  is_unique boolean not null default false,
  name text collate "C" not null check (name ~ '^[a-z][a-z0-9_]{0,39}$'),
  comparison text collate "C" not null check (comparison in ('exact', 'email', 'phone')),
  primary key (workspace_id, name)
);

alter table identifier_type enable row level security;

alter table identifier_type force row level security;

create policy identifier_type_own on identifier_type using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

create table profile (
  id bigint not null,
  canonical_id bigint not null,
  created_at timestamptz not null default now(),
  workspace_id int not null,
  version int not null default 0,
  merges int not null default 0,
  primary key (workspace_id, id)
) with (fillfactor = 85);

create index profile_canonical on profile (workspace_id, canonical_id) include (id);

alter table profile enable row level security;

alter table profile force row level security;

create policy profile_own on profile using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- `value` is normalised; `raw_value` is kept when it differs.
create table identifier (
  profile_id bigint not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  workspace_id int not null,
  verification smallint not null default 0,
  is_quarantined boolean not null default false,
  is_shared boolean not null default false,
  type text collate "C" not null,
  value text collate "C" not null,
  raw_value text,
  primary key (workspace_id, type, value)
) with (fillfactor = 90);

create index identifier_profile on identifier (workspace_id, profile_id);

alter table identifier enable row level security;

alter table identifier force row level security;

create policy identifier_own on identifier using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- Every time one touchpoint names two profiles, also when they are one customer already: the evidence from which
-- an unmerge recomputes the clusters.
create table identity_link (
  profile_a bigint not null,
  profile_b bigint not null,
  recorded_at timestamptz not null default now(),
  revoked_at timestamptz,
  workspace_id int not null,
  touchpoint_id uuid not null,
  rule text collate "C" not null,
  primary key (workspace_id, profile_a, profile_b, touchpoint_id)
);

create index identity_link_b on identity_link (workspace_id, profile_b);

alter table identity_link enable row level security;

alter table identity_link force row level security;

create policy identity_link_own on identity_link using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- Pairs that automatic rules must never join; stored in both directions.
create table do_not_link (
  profile_a bigint not null,
  profile_b bigint not null,
  recorded_at timestamptz not null default now(),
  workspace_id int not null,
  reason text,
  primary key (workspace_id, profile_a, profile_b)
);

alter table do_not_link enable row level security;

alter table do_not_link force row level security;

create policy do_not_link_own on do_not_link using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- Append-only: who absorbed whom, why, and when it was taken back.
create table merge (
  id bigint generated always as identity,
  survivor_id bigint not null,
  absorbed_id bigint not null,
  merged_at timestamptz not null default now(),
  undone_at timestamptz,
  workspace_id int not null,
  touchpoint_id uuid,
  actor text,
  rule text collate "C" not null,
  primary key (workspace_id, id)
);

create index merge_survivor on merge (workspace_id, survivor_id);

create index merge_absorbed on merge (workspace_id, absorbed_id);

alter table merge enable row level security;

alter table merge force row level security;

create policy merge_own on merge using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- Each change of a profile's pointer: lets a read answer as of an earlier time. A profile without a row never moved.
create table profile_pointer (
  profile_id bigint not null,
  canonical_id bigint not null,
  moved_at timestamptz not null default now(),
  workspace_id int not null,
  primary key (workspace_id, profile_id, moved_at)
);

create index profile_pointer_canonical on profile_pointer (workspace_id, canonical_id, moved_at);

alter table profile_pointer enable row level security;

alter table profile_pointer force row level security;

create policy profile_pointer_own on profile_pointer using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- One row per profile and key, the latest by its own clock: a merge reads them together and mixes nothing.
create table trait (
  profile_id bigint not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  workspace_id int not null,
  key text collate "C" not null,
  value jsonb not null,
  primary key (workspace_id, profile_id, key)
) with (fillfactor = 90);

alter table trait enable row level security;

alter table trait force row level security;

create policy trait_own on trait using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- Lower-case words of names, for prefix search. Ranges on a "C" text are leak-proof, so the index is used under
-- row-level security, which ILIKE on a trigram index is not.
create table search_word (
  profile_id bigint not null,
  workspace_id int not null,
  word text collate "C" not null,
  primary key (workspace_id, word, profile_id)
);

alter table search_word enable row level security;

alter table search_word force row level security;

create policy search_word_own on search_word using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant usage on sequence profile_id_block to throughline_app;

grant select, insert, update on identifier_type, profile, identifier, identity_link, trait to throughline_app;

grant select, insert, update on merge to throughline_app;

grant select, insert, delete on do_not_link, search_word to throughline_app;

grant select, insert on profile_pointer to throughline_app;
