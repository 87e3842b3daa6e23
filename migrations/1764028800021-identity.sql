-- Match suggestions: who may be whom, kept up to date as customers change, and what people decided of it.

-- What a customer is compared by: the values read of its traits and identifiers, and the keys made of them.
create table match_person (
  customer_id bigint not null,
  place bigint not null,
  workspace_id int not null,
  person json not null,
  keys bigint[] not null,
  primary key (workspace_id, customer_id)
) with (fillfactor = 85);

alter table match_person enable row level security;

alter table match_person force row level security;

create policy match_person_own on match_person using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- The blocks: customers that share a key stand together, in the order of name and birth, so that one who looks into a
-- block that is too big meets the neighbours.
create table match_key (
  key bigint not null,
  place bigint not null,
  customer_id bigint not null,
  workspace_id int not null,
  primary key (workspace_id, key, place, customer_id)
);

alter table match_key enable row level security;

alter table match_key force row level security;

create policy match_key_own on match_key using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- Profiles whose customer is to be compared anew. A row that changes while it is worked off gets another ticket and
-- stays. `lane` 0 goes before 1, what changed just now before what is gone over as a whole. Profile 0 is none: there the
-- workspace waits for its weights to be estimated.
create table match_due (
  profile_id bigint not null,
  ticket bigint generated always as identity,
  due_at timestamptz not null default now(),
  workspace_id int not null,
  attempts int not null default 0,
  lane smallint not null,
  is_forced boolean not null,
  primary key (workspace_id, profile_id)
) with (fillfactor = 80);

create index match_due_next on match_due (workspace_id, lane, due_at);

alter table match_due enable row level security;

alter table match_due force row level security;

create policy match_due_own on match_due using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
  or (select current_setting('app.scope', true)) = 'system'
);

-- Two customers that may be one, `a` the smaller id. The id is both numbers, so it is the same whenever the two are
-- suggested. `since_at` is when the row got its present status.
create table match_suggestion (
  customer_a bigint not null,
  customer_b bigint not null,
  since_at timestamptz not null default now(),
  score double precision not null,
  workspace_id int not null,
  status smallint not null,
  band smallint not null,
  id uuid not null,
  model text collate "C" not null,
  fields json not null,
  evidence json not null,
  primary key (workspace_id, customer_a, customer_b),
  check (customer_a < customer_b),
  check (id = encode(int8send(customer_a) || int8send(customer_b), 'hex')::uuid)
) with (fillfactor = 85);

create unique index match_suggestion_id on match_suggestion (workspace_id, id);

create index match_suggestion_b on match_suggestion (workspace_id, customer_b);

create index match_suggestion_list on match_suggestion (workspace_id, status, since_at, id);

create index match_suggestion_band on match_suggestion (workspace_id, status, band, since_at, id);

alter table match_suggestion enable row level security;

alter table match_suggestion force row level security;

create policy match_suggestion_own on match_suggestion using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- What people decided of suggestions, and what they saw when they did: append-only.
create table match_decision (
  id bigint generated always as identity,
  customer_a bigint not null,
  customer_b bigint not null,
  decided_at timestamptz not null,
  merge_id bigint,
  score double precision not null,
  workspace_id int not null,
  band smallint not null,
  act text collate "C" not null,
  actor text not null,
  reason text,
  model text collate "C" not null,
  fields json not null,
  evidence json not null,
  primary key (workspace_id, id)
);

create index match_decision_pair on match_decision (workspace_id, customer_a, customer_b, id);

create index match_decision_merge on match_decision (workspace_id, merge_id) where merge_id is not null;

alter table match_decision enable row level security;

alter table match_decision force row level security;

create policy match_decision_own on match_decision using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- Weights estimated of a workspace's own customers. Where none is active the shipped ones hold.
create table match_weights (
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  activated_at timestamptz,
  workspace_id int not null,
  version int not null,
  customers int,
  pairs int,
  is_active boolean not null default false,
  status text collate "C" not null,
  created_by text not null,
  activated_by text,
  weights json,
  primary key (workspace_id, version)
);

create unique index match_weights_active on match_weights (workspace_id) where is_active;

alter table match_weights enable row level security;

alter table match_weights force row level security;

create policy match_weights_own on match_weights using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert, update, delete on match_person, match_due, match_suggestion to throughline_app;

grant select, insert, delete on match_key to throughline_app;

grant select, insert on match_decision to throughline_app;

grant select, insert, update on match_weights to throughline_app;

-- Customers that were there before wait to be compared. The owner of the tables may not pass row-level security by
-- either, so it is taken off for one statement.
alter table profile no force row level security;

alter table match_due no force row level security;

insert into match_due (workspace_id, profile_id, lane, is_forced)
select workspace_id, id, 1, false
from profile
where canonical_id = id;

alter table match_due force row level security;

alter table profile force row level security;
