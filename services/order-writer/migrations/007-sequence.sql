-- Which of a workorder's archivings counts is told by their place on the topic, never by a clock (case O35): the sequence of
-- the latest request that was taken into account. 0: made before requests had one.
alter table orders add column sequence integer not null default 0;
