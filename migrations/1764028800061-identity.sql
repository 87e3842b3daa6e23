-- When an identifier was proved, so that a read as of an earlier time does not show it as proved before. Null where it is
-- not, and where it was before this was kept: then it is taken to have been from the beginning.

alter table identifier add column verified_at timestamptz;

alter table identifier_owner add column verified_at timestamptz;
