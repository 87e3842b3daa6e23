-- Vendors that call us. The secret of a connector must be read back to verify a signature, so it is encrypted, never
-- hashed; the key is not in the database. While an old secret overlaps the new one, both are tried.
create table connector (
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  secret_changed_at timestamptz,
  previous_secret_until timestamptz,
  last_rejected_at timestamptz,
  workspace_id int not null references workspace (id),
  version int not null default 1,
  is_enabled boolean not null default true,
  id uuid not null,
  key text collate "C" not null check (key ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  name text not null,
  kind text collate "C" not null,
  settings json not null default '{}',
  secret bytea,
  previous_secret bytea,
  primary key (workspace_id, id)
);

create unique index connector_key on connector (workspace_id, key) where deleted_at is null;

-- A vendor presents nothing but the id, before its workspace is known. 128 random bits make it as good as a key.
create index connector_presented on connector (id);

alter table connector enable row level security;

alter table connector force row level security;

create policy connector_own on connector using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

create policy connector_called on connector for select using (
  id = (select nullif(current_setting('app.connector', true), '')::uuid)
);

-- What a vendor sent, byte for byte, stored before it is told that we have it: translated from here, and again when a
-- translation improves. `id` is made of what was sent, so that the same request sent again is recognised; two with one
-- `signature_id` are a replay. `state`: 0 waits, 1 translated, 2 could not be.
create table inbound_request (
  received_at timestamptz not null,
  finished_at timestamptz,
  workspace_id int not null,
  touchpoints int not null default 0,
  dead_letters int not null default 0,
  generation smallint not null default 0 check (generation between 0 and 255),
  state smallint not null default 0 check (state between 0 and 2),
  connector_id uuid not null,
  id uuid not null,
  signature_id uuid,
  method text collate "C" not null check (method in ('GET', 'POST')),
  url text not null,
  headers json not null,
  body bytea not null,
  reason text collate "C",
  primary key (workspace_id, id)
);

-- Bodies are large, often packed badly and read back rarely: beside the row, so that counting does not wade through.
alter table inbound_request alter column body set storage external;

create index inbound_request_received on inbound_request (workspace_id, connector_id, received_at, id) include (state);

create unique index inbound_request_signature on inbound_request (workspace_id, connector_id, signature_id)
  where signature_id is not null;

create index inbound_request_failed on inbound_request (workspace_id, connector_id, received_at)
  where dead_letters > 0 or state = 2;

alter table inbound_request enable row level security;

alter table inbound_request force row level security;

create policy inbound_request_own on inbound_request using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- Requests that are stored and not translated yet. Who works one off holds it until `due_at`; after that, as after a
-- crash, anybody may take it. Names no customer, so it can be read across workspaces.
create table inbound_due (
  due_at timestamptz not null,
  workspace_id int not null,
  attempts smallint not null default 0,
  request_id uuid not null,
  primary key (workspace_id, request_id)
) with (fillfactor = 80);

create index inbound_due_at on inbound_due (due_at);

alter table inbound_due enable row level security;

alter table inbound_due force row level security;

create policy inbound_due_own on inbound_due using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
  or (select current_setting('app.scope', true)) = 'system'
);

-- When the old requests of a connector are swept next.
create table connector_sweep (
  due_at timestamptz not null,
  workspace_id int not null,
  connector_id uuid not null,
  primary key (workspace_id, connector_id)
) with (fillfactor = 80);

create index connector_sweep_at on connector_sweep (due_at);

alter table connector_sweep enable row level security;

alter table connector_sweep force row level security;

create policy connector_sweep_own on connector_sweep using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
  or (select current_setting('app.scope', true)) = 'system'
);

-- The raw request that an item came with, when it came by a webhook.
alter table dead_letter add column request_id uuid;

create index dead_letter_request on dead_letter (workspace_id, request_id) where request_id is not null;

grant select, insert, update on connector to throughline_app;

grant select, insert, update, delete on inbound_request to throughline_app;

grant select, insert, update, delete on inbound_due to throughline_app;

grant select, insert, update on connector_sweep to throughline_app;
