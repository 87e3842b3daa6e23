-- Who works on an issue, and whether it was handed up.
alter table issue
  add column escalated_at timestamptz,
  add column assignee text collate "C",
  add column queue text collate "C",
  add column escalation_reason text;

alter table issue_version
  add column escalated_at timestamptz,
  add column assignee text collate "C",
  add column queue text collate "C",
  add column escalation_reason text;

-- What is said about an issue: to the customer, or among ourselves. A comment that its source tells twice is one.
create table issue_comment (
  created_at timestamptz not null,
  workspace_id int not null,
  id uuid not null,
  issue_id uuid not null,
  is_public boolean not null,
  source text collate "C",
  external_id text collate "C",
  actor text not null,
  body text not null,
  primary key (workspace_id, id)
);

create index issue_comment_of on issue_comment (workspace_id, issue_id, created_at, id);

alter table issue_comment enable row level security;

alter table issue_comment force row level security;

create policy issue_comment_own on issue_comment using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- How issues belong together. `kind` is read from `issue_id` to `other_id`; a link that has no direction is stored once,
-- from the smaller id.
create table issue_link (
  linked_at timestamptz not null,
  workspace_id int not null,
  kind smallint not null,
  issue_id uuid not null,
  other_id uuid not null,
  actor text not null,
  primary key (workspace_id, issue_id, kind, other_id),
  check (issue_id <> other_id)
);

create index issue_link_back on issue_link (workspace_id, other_id);

alter table issue_link enable row level security;

alter table issue_link force row level security;

create policy issue_link_own on issue_link using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- The same matter in other systems: a ticket there belongs to one issue here.
create table issue_ticket (
  referred_at timestamptz not null,
  workspace_id int not null,
  issue_id uuid not null,
  system text collate "C" not null,
  external_id text collate "C" not null,
  url text,
  actor text not null,
  primary key (workspace_id, system, external_id)
);

create index issue_ticket_of on issue_ticket (workspace_id, issue_id);

alter table issue_ticket enable row level security;

alter table issue_ticket force row level security;

create policy issue_ticket_own on issue_ticket using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert on issue_comment to throughline_app;

grant select, insert, delete on issue_link to throughline_app;

grant select, insert, update on issue_ticket to throughline_app;
