-- Who asks: workspaces (tenants) and their keys.
-- Row-level security is forced everywhere. `app.workspace` names the caller's workspace; `app.scope = 'system'`
-- opens only the tables that dispatch work between workspaces and hold nothing of a customer.

create table workspace (
  id int generated always as identity primary key,
  created_at timestamptz not null default now(),
  key text collate "C" not null unique check (key ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text not null check (length(name) between 1 and 200),
  default_region text not null default 'US' check (default_region ~ '^[A-Z]{2}$')
);

alter table workspace enable row level security;

alter table workspace force row level security;

create policy workspace_own on workspace using (
  id = (select nullif(current_setting('app.workspace', true), '')::int)
  or (select current_setting('app.scope', true)) = 'system'
);

-- A secret is never stored: `prefix` finds the row, `hash` (SHA-256 of the whole key) proves it.
-- A key with `customer_profile_id` is a portal token: it sees that customer only.
create table api_key (
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  customer_profile_id bigint,
  workspace_id int not null references workspace (id),
  id uuid not null,
  is_masked boolean not null default false,
  prefix text collate "C" not null unique,
  name text not null,
  scopes text[] not null,
  hash bytea not null,
  primary key (workspace_id, id)
);

alter table api_key enable row level security;

alter table api_key force row level security;

create policy api_key_own on api_key using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- Before the workspace is known, a presented key may see the one row that bears its prefix.
create policy api_key_presented on api_key for select using (
  prefix = (select nullif(current_setting('app.key_prefix', true), ''))
);

grant select, insert, update on workspace, api_key to throughline_app;
