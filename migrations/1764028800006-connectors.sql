-- Items that came in through a connector and could not be stored, each with its reason. The sender was told that its
-- batch is taken, so nothing may be lost: an item stays here, as it came, until it is replayed. `id` is made of what
-- the item says, so that a batch that is sent again leaves no second row.
create table dead_letter (
  received_at timestamptz not null,
  replayed_at timestamptz,
  workspace_id int not null,
  id uuid not null,
  source text collate "C" not null,
  reason text collate "C" not null,
  field text,
  message text not null,
  -- JSON as text: what no jsonb can hold, such as NUL characters, is a reason to be here.
  raw text not null,
  primary key (workspace_id, id)
);

create index dead_letter_waiting on dead_letter (workspace_id, received_at, id) where replayed_at is null;

alter table dead_letter enable row level security;

alter table dead_letter force row level security;

create policy dead_letter_own on dead_letter using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert on dead_letter to throughline_app;
