-- beside live work
-- Waiting orders of which nobody was told that they need a connection (case O25); those that were told are not read again.
create index concurrently if not exists orders_to_tell on orders (tenant_id)
  where state = 'waiting' and code <> 'ORDER_NEEDS_CONNECTION';
-- A workorder is sent again by the number that people see.
create index concurrently if not exists orders_by_workorder_number on orders (tenant_id, (request ->> 'workorderNumber'));
