-- Whose an identifier was before, whoever changed it: a person from a date on (`actor`), or a rule at a touchpoint. What
-- is known of it otherwise is kept as it was, so that a read as of an earlier time can show it.
alter table identifier_owner
  alter column actor drop not null,
  add column detached_at timestamptz,
  add column verification smallint not null default 0,
  add column is_quarantined boolean not null default false,
  add column is_shared boolean not null default false,
  add column raw_value text;

-- The past is added to, never changed; only the form of a value follows a changed rule.
grant update (value) on identifier_owner, identifier_event to throughline_app;
