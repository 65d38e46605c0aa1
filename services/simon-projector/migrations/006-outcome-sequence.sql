-- The version of an outcome is the place of its archiving among those of its workorder (case O35); of one archiving, that the
-- order was written is the last word. 0: told before outcomes had a sequence, ordered by their times as before.
alter table workorder_outcomes add column sequence integer not null default 0;
