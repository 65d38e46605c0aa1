-- Visits in a row to which Unit4 gave no usable answer: each waits longer than the one before.
alter table orders add column unanswered_visits integer not null default 0;
