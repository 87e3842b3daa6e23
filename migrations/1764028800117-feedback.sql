-- Analyses read the answers of a span of time.
create index feedback_answered on feedback (workspace_id, answered_at);
