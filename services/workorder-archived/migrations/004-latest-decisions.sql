-- What was decided last of a workorder, and of which of its events: asking for orders again leaves alone what was refused or skipped
-- (decision 0081). Null where it was decided by a release that did not note it.
alter table workorders add column decided_event uuid,
  add column decision text check (decision in ('requested', 'refused', 'skipped'));
