-- The list of all issues in some statuses, newest first. The status stands before the time so that no list of one
-- customer's issues is ever read by this index.
create index issue_status on issue (workspace_id, status, opened_at, id);
