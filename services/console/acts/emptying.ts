import type { Connection, Queryable } from "../../shared/postgres.ts";
import type { TenantVisit } from "../access/visit.ts";
import { recordAct } from "../audit-store.ts";
import { chosenParts, type SimonPart } from "../emptying/domain/simon-parts.ts";

/** What came of emptying. */
export type EmptyingOutcome =
  | { readonly kind: "emptied"; readonly epoch: number; readonly counts: Readonly<Record<string, number>> }
  /** A person chose no part, and it was not the first time. */
  | { readonly kind: "nothing-chosen" }
  /** Only what is switched off can be emptied. */
  | { readonly kind: "active" };

/**
 * Empties parts of a tenant's data in Simon and begins a new epoch (rules A2, A12): rows and waiting orders go at once, in
 * one transaction; tombstones on the compacted topics follow (tombstone-loop.ts). The first time all parts go.
 */
export function emptySimon(visit: TenantVisit, wanted: readonly string[]): Promise<EmptyingOutcome> {
  const { tenantId, by } = visit;
  return visit.inTenant(async (tx) => {
    const tenant = await lockTenant(tx, tenantId);
    if (tenant.status === "active") return { kind: "active" };
    const parts = chosenParts(wanted, tenant.isFirstTime);
    await noteChoice(tx, tenantId);
    if (parts.length === 0) return { kind: "nothing-chosen" };
    const epoch = await raiseEpoch(tx, tenantId);
    await insertEmptying(tx, { tenantId, epoch, parts, by });
    const keys = await keepTombstones(tx, { tenantId, epoch, parts });
    const counts = await emptyRows(tx, { tenantId, epoch, parts });
    if (parts.includes("workorders")) await withdrawOrders(tx, tenantId, epoch);
    await completeEmptying(tx, { tenantId, epoch, counts, keys });
    await recordAct(tx, { tenantId, by, act: "SIMON_EMPTIED", details: { epoch, parts, counts } });
    return { kind: "emptied", epoch, counts };
  });
}

type Emptying = { readonly tenantId: string; readonly epoch: number; readonly parts: readonly SimonPart[] };

async function lockTenant(
  tx: Connection,
  tenantId: string,
): Promise<{ readonly status: string; readonly isFirstTime: boolean }> {
  const { rows } = await tx.query<{ status: string; isFirstTime: boolean }>(
    `select status, not exists (select from integration.emptyings e where e.tenant_id = $1) as "isFirstTime"
     from integration.tenants where tenant_id = $1 for update`,
    [tenantId],
  );
  return rows[0] ?? { status: "active", isFirstTime: false };
}

async function noteChoice(tx: Connection, tenantId: string): Promise<void> {
  await tx.query("update integration.activation_rounds set emptied_at = now() where tenant_id = $1", [
    tenantId,
  ]);
}

async function raiseEpoch(tx: Connection, tenantId: string): Promise<number> {
  const { rows } = await tx.query<{ epoch: number }>(
    "update integration.tenants set epoch = epoch + 1, changed_at = now() where tenant_id = $1 returning epoch",
    [tenantId],
  );
  return rows[0]?.epoch ?? 0;
}

async function insertEmptying(tx: Connection, emptying: Emptying & { readonly by: string }): Promise<void> {
  await tx.query(
    `insert into integration.emptyings (tenant_id, epoch, parts, counts, by, tombstones) values ($1, $2, $3, '{}', $4, 0)`,
    [emptying.tenantId, emptying.epoch, emptying.parts, emptying.by],
  );
}

/** Remembers the keys of rows that came from Unit4, before the rows go. @returns how many */
async function keepTombstones(tx: Connection, { tenantId, epoch, parts }: Emptying): Promise<number> {
  const { rowCount } = await tx.query(
    `insert into integration.tombstones_due (tenant_id, epoch, entity, entity_id)
     select $1, $2::integer, 'customer', customer_id from simon.customers
     where tenant_id = $1 and origin = 'unit4' and 'customers' = any($3::text[])
     union all
     select $1, $2::integer, 'article', article_id from simon.articles
     where tenant_id = $1 and origin = 'unit4' and 'articles' = any($3::text[])`,
    [tenantId, epoch, parts],
  );
  return rowCount ?? 0;
}

async function emptyRows(
  tx: Connection,
  { tenantId, epoch, parts }: Emptying,
): Promise<Readonly<Record<string, number>>> {
  const { rows } = await tx.query<{ part: string; removed: number }>(
    "select part, removed from simon.empty_tenant($1, $2, $3)",
    [tenantId, epoch, parts],
  );
  return Object.fromEntries(rows.map(({ part, removed }) => [part, removed]));
}

async function withdrawOrders(tx: Connection, tenantId: string, epoch: number): Promise<void> {
  await tx.query("select order_writer.withdraw_orders($1, $2)", [tenantId, epoch]);
}

async function completeEmptying(
  tx: Connection,
  emptying: {
    readonly tenantId: string;
    readonly epoch: number;
    readonly counts: Readonly<Record<string, number>>;
    readonly keys: number;
  },
): Promise<void> {
  await tx.query(
    "update integration.emptyings set counts = $3, tombstones = $4 where tenant_id = $1 and epoch = $2",
    [emptying.tenantId, emptying.epoch, emptying.counts, emptying.keys],
  );
}

/** Begins a round of the activation: the person accepted the terms. A round that is under way goes on. */
export function beginRound({ tenantId, by, inTenant }: TenantVisit): Promise<void> {
  return inTenant(async (tx) => {
    const { rowCount } = await insertRound(tx, tenantId, by);
    if (rowCount === 1) await recordAct(tx, { tenantId, by, act: "TERMS_ACCEPTED" });
  });
}

function insertRound(tx: Queryable, tenantId: string, by: string) {
  return tx.query(
    `insert into integration.activation_rounds (tenant_id, terms_accepted_by) values ($1, $2)
     on conflict (tenant_id) do nothing`,
    [tenantId, by],
  );
}
