-- What a workspace decides on what comes in; none is the same as the defaults.
create table intake_settings (
  updated_at timestamptz not null default now(),
  workspace_id int not null references workspace (id),
  version int not null default 1,
  updated_by text,
  -- Domains and addresses of the company's own: who of a mail is us.
  own_mail text[] not null default '{}',
  primary key (workspace_id)
);

alter table intake_settings enable row level security;

alter table intake_settings force row level security;

create policy intake_settings_own on intake_settings using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert, update on intake_settings to throughline_app;
