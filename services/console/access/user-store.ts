import type { Queryable } from "../../shared/postgres.ts";
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
 * this verified address, else by what the provider's claims say. null: nobody said where this person belongs.
 */
export async function signedInUser(db: Queryable, identity: Identity): Promise<User | null> {
  const { claimed } = identity;
  if (claimed !== null) {
    if (claimed.role === "user") await makeTenant(db, claimed);
    return upsertClaimed(db, identity, claimed);
  }
  return (await knownUser(db, identity)) ?? (await acceptInvitation(db, identity));
}

async function makeTenant(db: Queryable, tenant: { readonly tenantId: string; readonly tenantName: string }) {
  await db.query(
    "insert into integration.tenants (tenant_id, name) values ($1, $2) on conflict (tenant_id) do nothing",
    [tenant.tenantId, tenant.tenantName],
  );
}

async function upsertClaimed(db: Queryable, identity: Identity, claimed: ClaimedPlace): Promise<User | null> {
  const { rows } = await db.query<User>(
    `insert into integration.users as u (issuer, subject, email, name, role, tenant_id, managed_by, last_signed_in_at)
     values ($1, $2, $3, $4, $5, $6, 'provider', now())
     on conflict (issuer, subject) do update set
       email = excluded.email, name = excluded.name, role = excluded.role, tenant_id = excluded.tenant_id,
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
    `update integration.users set email = $3, name = $4, last_signed_in_at = now()
     where issuer = $1 and subject = $2 and managed_by = 'operator' returning ${COLUMNS}`,
    [identity.issuer, identity.subject, identity.email, identity.name],
  );
  return rows[0] ?? null;
}

/** Only a verified address: anybody can claim another one. */
async function acceptInvitation(db: Queryable, identity: Identity): Promise<User | null> {
  if (!identity.isEmailVerified || identity.email === "") return null;
  const { rows } = await db.query<User>(
    `update integration.users set issuer = $1, subject = $2, name = $4, last_signed_in_at = now()
     where subject is null and lower(email) = lower($3) returning ${COLUMNS}`,
    [identity.issuer, identity.subject, identity.email, identity.name],
  );
  return rows[0] ?? null;
}

/** Invites the first operators, so that they can invite the others. Who is there already stays as they are. */
export async function inviteOperators(db: Queryable, addresses: readonly string[]): Promise<void> {
  await db.query(
    `insert into integration.users (email, name, role, managed_by)
     select address, address, 'operator', 'operator' from unnest($1::text[]) address
     where not exists (select from integration.users u where lower(u.email) = address and u.role = 'operator')
     on conflict do nothing`,
    [addresses],
  );
}
