-- Operators see of ten thousand tenants how many orders are on their way and when the last one was written. Open orders
-- are counted from the index alone; it is the one that lanes use, with two more columns.
drop index orders_due;
create index orders_due on orders (tenant_id, due_at) include (state, archived_at)
  where state in ('waiting', 'sending', 'unknown');
create index orders_written on orders (tenant_id, settled_at desc) where state = 'written';
