-- Stored requests are listed, of all connectors or of one, by what became of them: without a look at the rows
-- themselves, of which few may fit.
create index inbound_request_at on inbound_request (workspace_id, received_at, id) include (state, dead_letters);

drop index inbound_request_received;

create index inbound_request_received on inbound_request (workspace_id, connector_id, received_at, id)
  include (state, dead_letters);
