-- Events that were published in the transaction of the change that they tell of, one row per change set.
-- The relay works them off in order; a row that keeps failing waits longer each time and says why.
create table outbox (
  id bigint generated always as identity,
  created_at timestamptz not null default now(),
  due_at timestamptz not null default now(),
  workspace_id int not null,
  attempts int not null default 0,
  kind text collate "C" not null,
  payload json not null,
  last_error text,
  primary key (workspace_id, id)
) with (fillfactor = 80);

create index outbox_due on outbox (due_at, id);

alter table outbox enable row level security;

alter table outbox force row level security;

create policy outbox_own on outbox using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
  or (select current_setting('app.scope', true)) = 'system'
);

grant select, insert, update, delete on outbox to throughline_app;

-- The owner's own list of what has run; the app role has no grant on it at all.
alter table migration enable row level security;

alter table migration force row level security;

create policy migration_owner on migration using (true);
