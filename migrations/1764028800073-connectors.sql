-- Dead letters that wait stay until somebody sees to them, unless the workspace says for how long: null is for ever.
alter table intake_settings
  add column waiting_dead_letter_days int check (waiting_dead_letter_days between 1 and 3650);

-- The owner must see the settings of all workspaces for a moment: who had decided, had decided for both.
alter table intake_settings no force row level security;

update intake_settings set waiting_dead_letter_days = dead_letter_days where dead_letter_days is not null;

alter table intake_settings force row level security;
