-- Merges that people make, explain and take back. Every edge between two profiles is an `identity_link`: one touchpoint
-- that named both, or one act of a person, whose id then stands in place of the touchpoint's.

-- Why a person did it, and who took it back.
alter table merge
  add column reason text,
  add column undone_by text,
  add column undo_reason text;

create index merge_evidence on merge (workspace_id, touchpoint_id);

-- All that one piece of evidence joined: an undo takes it back wherever its profiles are by now.
create index identity_link_evidence on identity_link (workspace_id, touchpoint_id);

alter table do_not_link add column actor text;

-- Whose an identifier was before it was given to somebody else from a date on; `identifier` holds the present owner.
-- `valid_from` is null when it was theirs from the beginning. `recorded_at` and `replaced_at` say when we knew so.
create table identifier_owner (
  profile_id bigint not null,
  valid_from timestamptz,
  valid_to timestamptz not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  recorded_at timestamptz not null,
  replaced_at timestamptz not null,
  workspace_id int not null,
  type text collate "C" not null,
  value text collate "C" not null,
  actor text not null,
  reason text,
  primary key (workspace_id, type, value, replaced_at)
);

create index identifier_owner_profile on identifier_owner (workspace_id, profile_id);

alter table identifier_owner enable row level security;

alter table identifier_owner force row level security;

create policy identifier_owner_own on identifier_owner using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- Since when it is its present owner's; null from the beginning.
alter table identifier add column valid_from timestamptz;

grant select, insert on identifier_owner to throughline_app;
