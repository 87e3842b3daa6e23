-- What customers came about next, counted over a workspace: how often each rule for the likely reason was right. The whole
-- is counted anew each time.
create table reason_count (
  learned_at timestamptz not null,
  workspace_id int not null,
  tries int not null,
  hits int not null,
  rule smallint not null,
  -- What they came about before; empty where the rule does not depend on it.
  after text collate "C" not null,
  -- What they came about then; empty where the rule says that itself.
  topic text collate "C" not null,
  primary key (workspace_id, rule, after, topic)
);

alter table reason_count enable row level security;

alter table reason_count force row level security;

create policy reason_count_own on reason_count using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert, update, delete on reason_count to throughline_app;
