-- Who renews a tenant's token, and until when (infra/decisions/0030-a-renewal-holds-a-lease.md): a token endpoint that is
-- silent must hold neither a connection of the pool nor the row.
alter table connections
  add column lease_token bigint not null default 0,
  add column lease_until timestamptz not null default '-infinity',
  add column leased_by text not null default '';
