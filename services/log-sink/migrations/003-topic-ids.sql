-- The topic in which a position is (its id changes when it is made anew under its old name), and how many times it was.
alter table positions add column topic_id text, add column generation integer not null default 0;
