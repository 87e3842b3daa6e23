-- What is promised for issues: how fast they are answered and settled, by priority and by tier, in business time.
create table sla_settings (
  updated_at timestamptz not null,
  workspace_id int not null,
  version int not null,
  -- [{ key, timeZone, hours: [{ days: [1..7], from: "09:00", to: "17:00" }], holidays: ["2026-12-25"] }]
  calendars jsonb not null,
  -- [{ tier, priority, firstResponseMinutes, resolutionMinutes, calendar }]
  policies jsonb not null,
  actor text not null,
  primary key (workspace_id)
);

alter table sla_settings enable row level security;

alter table sla_settings force row level security;

create policy sla_settings_own on sla_settings using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert, update on sla_settings to throughline_app;

-- The deadlines as the present settings make them of the issue's history. No deadline for settling runs while the issue
-- waits for the customer.
alter table issue
  add column first_response_due_at timestamptz,
  add column resolution_due_at timestamptz,
  add column tier text collate "C";

create index issue_due on issue (workspace_id, resolution_due_at) where status < 3 and resolution_due_at is not null;
