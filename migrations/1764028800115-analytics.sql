-- Analyses read a span of time of a whole workspace. The texts that they group by and the numbers that they count stand in
-- the index, so that a month of touchpoints is read without visiting the rows. Three texts of 200 characters are all that
-- an entry of an index can surely hold.
create index touchpoint_time on touchpoint (workspace_id, occurred_at)
  include (profile_id, id, conversation_id, channel, direction, is_abandoned, wait_seconds, hold_seconds, handle_seconds,
    sentiment, topic, queue, agent_id);

create index issue_opened on issue (workspace_id, opened_at);

create index journey_started on journey (workspace_id, blueprint_id, started_at);
