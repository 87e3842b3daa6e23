-- What customers are asked after a contact or a journey, and how they answer. Kind and scale never change, for answers
-- on different scales could not be compared. `trigger`: null by hand only, 0 a touchpoint, 1 the end of a journey.
create table survey (
  created_at timestamptz not null,
  updated_at timestamptz not null,
  workspace_id int not null,
  version int not null,
  delay_seconds int not null,
  quiet_days int not null,
  valid_days int not null,
  kind smallint not null,
  score_min smallint not null,
  score_max smallint not null,
  trigger smallint,
  is_active boolean not null,
  id uuid not null,
  blueprint_id uuid,
  channels smallint[],
  kinds text[],
  topics text[],
  endings smallint[],
  key text collate "C" not null,
  name text not null,
  actor text not null,
  texts json not null,
  primary key (workspace_id, id)
);

create unique index survey_key on survey (workspace_id, key);

create index survey_trigger on survey (workspace_id, trigger) where is_active and trigger is not null;

alter table survey enable row level security;

alter table survey force row level security;

create policy survey_own on survey using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- That a customer is asked, and about what; once for each cause, which is the touchpoint or the journey that it is about.
-- It hangs on the profile of what it is about, so a merge and its undo leave it alone. `actor` is null when it came by
-- the trigger.
create table survey_invitation (
  invited_at timestamptz not null,
  opens_at timestamptz not null,
  expires_at timestamptz not null,
  answered_at timestamptz,
  profile_id bigint not null,
  workspace_id int not null,
  channel smallint,
  id uuid not null,
  survey_id uuid not null,
  cause_id uuid not null,
  touchpoint_id uuid,
  conversation_id uuid,
  journey_id uuid,
  issue_id uuid,
  language text collate "C",
  agent_id text collate "C",
  actor text,
  token_hash bytea,
  primary key (workspace_id, id)
);

create unique index survey_invitation_once on survey_invitation (workspace_id, survey_id, cause_id);

create unique index survey_invitation_token on survey_invitation (workspace_id, token_hash)
  where token_hash is not null;

create index survey_invitation_of on survey_invitation (workspace_id, profile_id, opens_at, id);

create index survey_invitation_open on survey_invitation (workspace_id, opens_at, id);

alter table survey_invitation enable row level security;

alter table survey_invitation force row level security;

create policy survey_invitation_own on survey_invitation using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- What customers answered, here or to another system's survey (`survey_id` is null then, and `id` that of the touchpoint
-- that told of it). An answer in words without a scale has no score.
create table feedback (
  answered_at timestamptz not null,
  recorded_at timestamptz not null,
  profile_id bigint not null,
  workspace_id int not null,
  score real,
  score_min real,
  score_max real,
  kind smallint not null,
  channel smallint not null,
  id uuid not null,
  survey_id uuid,
  invitation_id uuid,
  touchpoint_id uuid not null,
  about_touchpoint_id uuid,
  conversation_id uuid,
  journey_id uuid,
  issue_id uuid,
  language text collate "C",
  agent_id text collate "C",
  source text collate "C" not null,
  answer text not null,
  comment text,
  actor text,
  primary key (workspace_id, id)
);

create index feedback_history on feedback (workspace_id, profile_id, answered_at, id);

create unique index feedback_invitation on feedback (workspace_id, invitation_id) where invitation_id is not null;

create index feedback_about on feedback (workspace_id, about_touchpoint_id) where about_touchpoint_id is not null;

create index feedback_conversation on feedback (workspace_id, conversation_id) where conversation_id is not null;

alter table feedback enable row level security;

alter table feedback force row level security;

create policy feedback_own on feedback using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

-- Tokens that named nothing, by a small number that the sender's address comes to: rows are few, whoever tries.
create table survey_attempts (
  until_at timestamptz not null,
  workspace_id int not null,
  attempts int not null,
  bucket smallint not null,
  primary key (workspace_id, bucket)
);

alter table survey_attempts enable row level security;

alter table survey_attempts force row level security;

create policy survey_attempts_own on survey_attempts using (
  workspace_id = (select nullif(current_setting('app.workspace', true), '')::int)
);

grant select, insert, update on survey, survey_invitation, feedback, survey_attempts to throughline_app;
