import { type Connection, inTransaction, type Pool } from "../../shared/postgres.ts";
import { beginWiping } from "../emptying/acts.ts";
import { SIMON_PARTS } from "../emptying/domain/simon-parts.ts";
import { type Actor, recordAct, signature } from "../parts/audit-store.ts";
import { lockTenant } from "../parts/tenant-row.ts";
import { bindToTenant } from "../parts/tenant-scope.ts";
import { endActivation } from "../switching/acts.ts";

/** The operator who acts. */
type Operator = { readonly userId: number; readonly actor: Actor };

/** Why a removal did not go on. */
export type RemovalRefusal =
  | "unknown-tenant"
  /** Somebody asked for it already. */
  | "asked-already"
  /** Nobody asked for it, or not any more. */
  | "not-asked"
  /** It is under way, or done. */
  | "confirmed-already"
  /** Whoever asked for it does not confirm it: it takes two persons. */
  | "same-person";

export type RemovalResult =
  | { readonly kind: "done" }
  | { readonly kind: "refused"; readonly why: RemovalRefusal };

const DONE: RemovalResult = { kind: "done" };
const refused = (why: RemovalRefusal): RemovalResult => ({ kind: "refused", why });

type OnTenant = { readonly operator: Operator; readonly tenantId: string };

/** Asks for a tenant to be removed (rule A14): nothing happens before another operator has confirmed it. */
export function askRemoval(pool: Pool, { operator, tenantId }: OnTenant): Promise<RemovalResult> {
  return inTransaction(pool, async (tx) => {
    if (!(await isKnown(tx, tenantId))) return refused("unknown-tenant");
    if (!(await insertRemoval(tx, tenantId, operator.userId))) return refused("asked-already");
    await recordAct(tx, { tenantId, actor: operator.actor, act: "TENANT_REMOVAL_ASKED" });
    return DONE;
  });
}

/** Takes back what was asked for. Whoever is an operator may. */
export function withdrawRemoval(pool: Pool, { operator, tenantId }: OnTenant): Promise<RemovalResult> {
  return inTransaction(pool, async (tx) => {
    if (!(await deleteRemoval(tx, tenantId))) return refused("not-asked");
    await recordAct(tx, { tenantId, actor: operator.actor, act: "TENANT_REMOVAL_WITHDRAWN" });
    return DONE;
  });
}

/**
 * Removes a tenant that another operator asked to be removed: it is switched off, all of Simon's data are emptied, and people,
 * keys, connection and settings go with them (../emptying/emptying-loop.ts does what takes longer than a request).
 */
export function confirmRemoval(pool: Pool, { operator, tenantId }: OnTenant): Promise<RemovalResult> {
  return inTransaction(pool, async (tx) => {
    const removal = await lockRemoval(tx, tenantId);
    if (removal === null) return refused("not-asked");
    if (removal.isConfirmed) return refused("confirmed-already");
    if (removal.askedBy === operator.userId) return refused("same-person");
    await bindToTenant(tx, tenantId);
    await lockTenant(tx, tenantId);
    await endActivation(tx, tenantId);
    const by = signature(operator.actor);
    const { epoch } = await beginWiping(tx, { tenantId, by, parts: SIMON_PARTS, removes: true });
    await noteConfirmed(tx, tenantId, operator.userId, epoch);
    await recordAct(tx, { tenantId, actor: operator.actor, act: "TENANT_REMOVED" });
    return DONE;
  });
}

async function isKnown(tx: Connection, tenantId: string): Promise<boolean> {
  const { rowCount } = await tx.query("select from integration.tenants where tenant_id = $1 for update", [
    tenantId,
  ]);
  return rowCount === 1;
}

/** @returns whether nobody had asked before */
async function insertRemoval(tx: Connection, tenantId: string, userId: number): Promise<boolean> {
  const { rowCount } = await tx.query(
    "insert into integration.removals (tenant_id, asked_by) values ($1, $2) on conflict do nothing",
    [tenantId, userId],
  );
  return rowCount === 1;
}

async function deleteRemoval(tx: Connection, tenantId: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    "delete from integration.removals where tenant_id = $1 and confirmed_at is null",
    [tenantId],
  );
  return rowCount === 1;
}

async function lockRemoval(
  tx: Connection,
  tenantId: string,
): Promise<{ readonly askedBy: number; readonly isConfirmed: boolean } | null> {
  const { rows } = await tx.query<{ askedBy: number; isConfirmed: boolean }>(
    `select asked_by as "askedBy", confirmed_at is not null as "isConfirmed"
     from integration.removals where tenant_id = $1 for update`,
    [tenantId],
  );
  return rows[0] ?? null;
}

async function noteConfirmed(tx: Connection, tenantId: string, userId: number, epoch: number): Promise<void> {
  await tx.query(
    "update integration.removals set confirmed_by = $2, confirmed_at = now(), epoch = $3 where tenant_id = $1",
    [tenantId, userId, epoch],
  );
}
