-- Dead letters that can be mended, replayed and discarded.

-- How an item is understood, by the name of its dialect. All came by the Segment API so far, and still do from a process
-- of the former version, while both run.
alter table dead_letter
  add column dialect text collate "C" not null default 'segment',
  -- 0 waiting, 1 replayed, 2 discarded.
  add column state smallint not null default 0,
  -- When, by whom and why it was replayed or discarded.
  add column settled_at timestamptz,
  add column settled_by text,
  add column settled_reason text,
  -- The touchpoint that a replay made of it; null when it only said who somebody is.
  add column touchpoint_id uuid,
  -- Replays so far, and the last of them.
  add column attempts int not null default 0,
  add column tried_at timestamptz,
  add column tried_by text,
  -- JSON of the item as it was mended for the last replay; `raw` stays as it came.
  add column mended text,
  -- A replay holds what it works on until then: another one leaves it alone, and a replay that dies keeps it no longer.
  add column held_until timestamptz,
  add column held_by uuid;

drop index dead_letter_waiting;

alter table dead_letter drop column replayed_at;

create index dead_letter_state on dead_letter (workspace_id, state, received_at, id);

grant update on dead_letter to throughline_app;
