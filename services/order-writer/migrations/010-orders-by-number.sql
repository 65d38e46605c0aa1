-- Whose order a number is: what is found in Unit4 may be another workorder's with the same reference.
create index orders_by_number on orders (tenant_id, order_id) where state = 'written';
