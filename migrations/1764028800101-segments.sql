-- Which of several segments a channel honours (the higher `priority`), how long members stay, and until when anybody is
-- one. `has_decisions` says that somebody was put in or kept out by hand, ever: other segments need no look at that.
alter table segment
  add column ends_at timestamptz,
  add column lasts_seconds int check (lasts_seconds > 0),
  add column priority int not null default 0,
  add column has_decisions boolean not null default false;

-- Since when a customer is a member without a break (null: since the row began), when she will not be one any more
-- though nothing else happens, and whose membership it was before a merge (her own profile: after its undoing).
-- `ended_by` is null while it lasts and for what ended before it was noted: 0 the rule, 1 a hand, 2 time, 3 a merge, 4 the
-- segment was deleted. One that time ended has lapsed until the rule has once not held.
alter table segment_member
  add column entered_at timestamptz,
  add column expires_at timestamptz,
  add column origin_id bigint,
  add column ended_by smallint,
  add column is_manual boolean not null default false,
  add column is_lapsed boolean not null default false;

-- Who is and was in a segment. Partial, though every row is in it, so that only a query that says so finds it: those of a
-- customer must walk the primary key, whatever the statistics of the day are.
create index segment_member_history on segment_member (workspace_id, segment_id, since_at, profile_id)
  where since_at > '-infinity';

-- That somebody decided by hand who is in a segment or is not, whatever its rule says. It hangs on the profile that the
-- customer was then, so a merge and its undo leave it alone; of several of one customer the newest counts.
create table segment_decision (
  decided_at timestamptz not null,
  expires_at timestamptz,
  ended_at timestamptz,
  profile_id bigint not null,
  workspace_id int not null,
  is_exclusion boolean not null,
  id uuid not null,
  segment_id uuid not null,
  actor text not null,
  ended_by text,
  reason text not null,
  primary key (workspace_id, id)
);

create unique index segment_decision_present on segment_decision (workspace_id, profile_id, segment_id)
  where ended_at is null;

create index segment_decision_history on segment_decision (workspace_id, profile_id, decided_at, id);

alter table segment_decision enable row level security;

alter table segment_decision force row level security;

create policy segment_decision_own on segment_decision using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert, update on segment_decision to throughline_app;
