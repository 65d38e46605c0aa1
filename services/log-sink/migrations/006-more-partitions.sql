-- A topic may get more partitions (decision 0050): the one from which tenants moved to this one, and since when; and among how
-- many partitions keys are spread since others took some of this one's.
alter table positions add column elder integer, add column elder_since timestamptz, add column keys_among integer;
