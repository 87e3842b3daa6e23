-- A portal token of a visitor whom nobody knows yet: it ends when she becomes known.
alter table api_key add column is_visitor boolean not null default false;
