import { type Connection, inTransaction, type Pool } from "../../shared/postgres.ts";
import { createSharedSlots } from "../../shared/slots.ts";
import { ReaderGone, whileAwaited } from "./awaited-work.ts";

/**
 * Runs `work` in a transaction that sees and changes this tenant's rows alone: as a role under row-level security, which
 * holds even where a statement forgets its tenant (infra/deploy/row-level-security.ts).
 */
export function inTenant<T>(pool: Pool, tenantId: string, work: (tx: Connection) => Promise<T>): Promise<T> {
  return inTransaction(pool, async (tx) => {
    await bindToTenant(tx, tenantId);
    return work(tx);
  });
}

/**
 * Transactions of tenants, as `inTenant` makes them, each tenant with its share of the connections.
 * @param gone of work that only reads: fires when nobody waits for it any more, and the work ends with ReaderGone
 */
export type TenantScope = <T>(
  tenantId: string,
  work: (tx: Connection) => Promise<T>,
  gone?: AbortSignal,
) => Promise<T>;

/** What the guard, the loops and acts across tenants need is left to them. */
const SHARE_OF_TENANTS = 0.7;
/** Statements that take long, of as many tenants as this, leave a connection to the next one. */
const SHARE_OF_A_TENANT = 0.2;
/** More than people and open pages of one tenant wait for. */
const MOST_WAITING = 64;

/**
 * A tenant's transactions wait for one another once it has its share; those of others go on.
 * @param refused made and thrown when too many of the tenant wait
 */
export function createTenantScope(pool: Pool, refused: () => Error): TenantScope {
  const connections = createSharedSlots({
    most: Math.max(1, Math.floor(pool.options.max * SHARE_OF_TENANTS)),
    mostOf: { tenant: Math.max(1, Math.floor(pool.options.max * SHARE_OF_A_TENANT)) },
    waitingOf: { tenant: MOST_WAITING },
  });
  return async (tenantId, work, gone) => {
    const slot = await connections.take({ tenant: tenantId }, () => gone ?? NEVER);
    if (slot === null) throw gone?.aborted ? new ReaderGone(null) : refused();
    try {
      if (gone === undefined) return await inTenant(pool, tenantId, work);
      return await inTenant(pool, tenantId, (tx) => whileAwaited(tx, { gone, pool }, () => work(tx)));
    } finally {
      slot.free();
    }
  };
}

const NEVER = new AbortController().signal;

/** From here on the transaction sees and changes this tenant's rows alone. */
export async function bindToTenant(tx: Connection, tenantId: string): Promise<void> {
  await tx.query(
    "select set_config('role', 'console_tenant', true), set_config('console.tenant_id', $1, true)",
    [tenantId],
  );
}
