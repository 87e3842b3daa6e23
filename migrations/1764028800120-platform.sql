-- What changed, in the transaction that changed it: what live updates and incremental exports are read from.
-- A row's place is the id of its transaction, then its own id. Transactions commit in another order than they began,
-- so readers go no further than the oldest one that still runs: what commits late is never behind them.
create table feed (
  transaction_id xid8 not null default pg_current_xact_id(),
  id bigint generated always as identity,
  at timestamptz not null default now(),
  workspace_id int not null,
  kind text collate "C" not null,
  profiles bigint[] not null,
  payload json not null,
  primary key (workspace_id, transaction_id, id)
);

alter table feed enable row level security;

alter table feed force row level security;

create policy feed_own on feed using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert, delete on feed to throughline_app;

-- Up to which place a workspace's feed is gone, and when more of it is to go.
create table feed_sweep (
  transaction_id xid8 not null default '0',
  id bigint not null default 0,
  due_at timestamptz not null default now(),
  workspace_id int not null primary key
);

create index feed_sweep_at on feed_sweep (due_at);

alter table feed_sweep enable row level security;

alter table feed_sweep force row level security;

create policy feed_sweep_own on feed_sweep using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
  or (select current_setting('app.scope', true)) = 'system'
);

grant select, insert, update on feed_sweep to throughline_app;
