-- Ids that a platform gives for one account or page only: the same id on another page is somebody else. Workspaces that
-- have their types already decide for themselves, since a change of rules touches what they have stored.

alter table identifier_type
  add column is_scoped boolean not null default false;

alter table identifier_type add constraint identifier_type_scoped_check
  check (not is_scoped or comparison in ('exact', 'exact_ignoring_case'));
