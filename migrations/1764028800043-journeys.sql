-- The lists of all journeys, and of one blueprint's, in some statuses, newest first. The status stands before the time
-- so that no list of one customer's journeys is ever read by these indexes.
create index journey_status on journey (workspace_id, status, started_at, id);

create index journey_of_blueprint on journey (workspace_id, blueprint_id, status, started_at, id);
