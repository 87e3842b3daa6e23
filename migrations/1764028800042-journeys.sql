-- By which a journey is resumed elsewhere: a short code to be spoken, and a token for links. Neither is stored, only
-- what proves it. The code is short, so it is hashed slowly, with the workspace's own salt.
create table resume_code (
  created_at timestamptz not null,
  expires_at timestamptz not null,
  workspace_id int not null,
  uses_max int not null,
  uses int not null default 0,
  verification smallint not null,
  id uuid not null,
  journey_id uuid not null,
  actor text not null,
  code_hash bytea not null,
  token_hash bytea not null,
  primary key (workspace_id, id)
);

create unique index resume_code_spoken on resume_code (workspace_id, code_hash);

create unique index resume_code_token on resume_code (workspace_id, token_hash);

create index resume_code_journey on resume_code (workspace_id, journey_id, expires_at);

alter table resume_code enable row level security;

alter table resume_code force row level security;

create policy resume_code_own on resume_code using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- How often somebody tried a code lately: each caller by its own name, and the workspace by none. Past the limit the
-- window becomes a lock.
create table resume_attempts (
  until_at timestamptz not null,
  workspace_id int not null,
  attempts int not null,
  actor text collate "C" not null,
  primary key (workspace_id, actor)
) with (fillfactor = 80);

alter table resume_attempts enable row level security;

alter table resume_attempts force row level security;

create policy resume_attempts_own on resume_attempts using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

create table resume_salt (
  workspace_id int not null,
  salt bytea not null,
  primary key (workspace_id)
);

alter table resume_salt enable row level security;

alter table resume_salt force row level security;

create policy resume_salt_own on resume_salt using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert, update on resume_code, resume_attempts to throughline_app;

grant select, insert on resume_salt to throughline_app;
