-- What protection keeps from joining can be listed: identifiers that are shared or quarantined, customers past a brake.
-- Both are few.

create index identifier_marked on identifier (workspace_id, type, value) where is_shared or is_quarantined;

create index profile_braked on profile (workspace_id, braked_at, id) where braked_at is not null;
