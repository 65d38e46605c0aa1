-- Tokens are sealed under a data key of their tenant, which is kept wrapped under a key of the environment (TOKEN_KEYS): a tenant that
-- is removed takes its key along, and what is left of its tokens anywhere, in a backup too, opens no more (decision 0035).
create table tenant_keys (
  tenant_id text not null references tenants,
  key_id text not null check (key_id ~ '^[0-9a-f]{16}$'),
  -- The data key under a key of the environment, whose id stands in it (services/shared/unit4/tokens/sealing.ts).
  wrapped bytea not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, key_id)
);
