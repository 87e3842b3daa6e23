-- How long a workspace keeps what came in by other people's clients; null is the default.
alter table intake_settings
  add column request_days int check (request_days between 1 and 3650),
  add column dead_letter_days int check (dead_letter_days between 1 and 3650);

-- When the old dead letters of a workspace are let go next: a row from its first letter on.
create table dead_letter_sweep (
  due_at timestamptz not null,
  workspace_id int not null,
  primary key (workspace_id)
) with (fillfactor = 80);

create index dead_letter_sweep_at on dead_letter_sweep (due_at);

-- The owner must see the letters of all workspaces for a moment.
alter table dead_letter no force row level security;

insert into dead_letter_sweep (workspace_id, due_at)
select distinct workspace_id, now() from dead_letter;

alter table dead_letter force row level security;

alter table dead_letter_sweep enable row level security;

alter table dead_letter_sweep force row level security;

create policy dead_letter_sweep_own on dead_letter_sweep using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
  or (select current_setting('app.scope', true)) = 'system'
);

create index dead_letter_settled on dead_letter (workspace_id, settled_at) where state > 0;

grant select, insert, update on dead_letter_sweep to throughline_app;

grant delete on dead_letter to throughline_app;
