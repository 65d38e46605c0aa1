import type { Queryable } from "../../shared/postgres.ts";
import { findTenants } from "../../shared/tenants.ts";
import type { ClaimedPlace, Identity } from "./domain/identity.ts";

export type User = {
  readonly userId: number;
  readonly role: "user" | "operator";
  readonly tenantId: string | null;
  readonly isBlocked: boolean;
};

const COLUMNS = `user_id as "userId", role, tenant_id as "tenantId", blocked_at is not null as "isBlocked"`;

/**
 * The person of a verified sign-in, noted as signed in now: known by issuer and subject, else by an open invitation to
 * this verified address, else by what the provider's claims say. An address that is not verified changes nothing. null:
 * nobody said where this person belongs.
 */
export async function signedInUser(db: Queryable, identity: Identity): Promise<User | null> {
  const { claimed } = identity;
  if (claimed !== null) {
    if (claimed.role === "user" && !(await hasTenant(db, claimed))) return null;
    return upsertClaimed(db, identity, claimed);
  }
  return (await knownUser(db, identity)) ?? (await acceptInvitation(db, identity));
}

/** Makes the tenant where it is new. @returns false where it was removed: its id is never used again (rule A14) */
async function hasTenant(
  db: Queryable,
  tenant: { readonly tenantId: string; readonly tenantName: string },
): Promise<boolean> {
  await db.query(
    "insert into integration.tenants (tenant_id, name) values ($1, $2) on conflict (tenant_id) do nothing",
    [tenant.tenantId, tenant.tenantName],
  );
  return (await findTenants(db, [tenant.tenantId])).size > 0;
}

async function upsertClaimed(db: Queryable, identity: Identity, claimed: ClaimedPlace): Promise<User | null> {
  const { rows } = await db.query<User>(
    `insert into integration.users as u (issuer, subject, email, name, role, tenant_id, managed_by, last_signed_in_at)
     values ($1, $2, $3, $4, $5, $6, 'provider', now())
     on conflict (issuer, subject) do update set
       email = coalesce(nullif(excluded.email, ''), u.email), name = excluded.name, role = excluded.role, tenant_id = excluded.tenant_id,
       managed_by = 'provider', last_signed_in_at = now()
     returning ${COLUMNS}`,
    [
      identity.issuer,
      identity.subject,
      identity.email,
      identity.name,
      claimed.role,
      claimed.role === "user" ? claimed.tenantId : null,
    ],
  );
  return rows[0] ?? null;
}

async function knownUser(db: Queryable, identity: Identity): Promise<User | null> {
  const { rows } = await db.query<User>(
    `update integration.users set email = coalesce(nullif($3, ''), email), name = $4, last_signed_in_at = now()
     where issuer = $1 and subject = $2 and managed_by = 'operator' returning ${COLUMNS}`,
    [identity.issuer, identity.subject, identity.email, identity.name],
  );
  return rows[0] ?? null;
}

/** An invitation works once: from then on its person is known by issuer and subject, whatever their address. */
async function acceptInvitation(db: Queryable, identity: Identity): Promise<User | null> {
  if (identity.email === "") return null;
  const { rows } = await db.query<User>(
    `update integration.users set issuer = $1, subject = $2, name = $4, last_signed_in_at = now()
     where subject is null and lower(email) = lower($3) returning ${COLUMNS}`,
    [identity.issuer, identity.subject, identity.email, identity.name],
  );
  return rows[0] ?? null;
}

/**
 * Invites the first operators, so that they can invite the others; each address once: who is there already, or was made
 * something else since, stays as they are.
 */
export async function inviteOperators(db: Queryable, addresses: readonly string[]): Promise<void> {
  await db.query(
    `with first as (
       select distinct address, sha256(convert_to(lower(address), 'UTF8')) as address_hash from unnest($1::text[]) as address),
     fresh as (
       select * from first where not exists (
         select from integration.first_operators known where known.address_hash = first.address_hash)),
     noted as (
       insert into integration.first_operators (address_hash) select distinct address_hash from fresh on conflict do nothing)
     insert into integration.users (email, name, role, managed_by)
     select address, address, 'operator', 'operator' from fresh
     where not exists (select from integration.users u where lower(u.email) = address)
     on conflict do nothing`,
    [addresses],
  );
}
