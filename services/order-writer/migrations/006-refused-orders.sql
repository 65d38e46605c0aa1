-- What a person can send again is found by its cause alone, whatever a tenant has.
create index orders_refused on orders (tenant_id, code) where state = 'refused';
