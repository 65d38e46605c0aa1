import { type Connection, patient } from "../../shared/postgres.ts";
import type { TenantVisit } from "../access/visit.ts";
import { recordAct } from "../parts/audit-store.ts";
import { lockTenant, raiseEpoch } from "../parts/tenant-row.ts";
import { chosenParts, type PartCounts, type SimonPart } from "./domain/simon-parts.ts";
import { simonCounts } from "./queries.ts";
import { type BegunEmptying, emptySlice, type RemovedCounts, rowsOf } from "./slice-acts.ts";

/** What came of emptying. */
export type EmptyingResult =
  /** `counts`: rows that are gone by now. */
  | { readonly kind: "emptied"; readonly epoch: number; readonly counts: RemovedCounts }
  /** A person chose no part, and it was not the first time. */
  | { readonly kind: "nothing-chosen" }
  /** Only what is switched off can be emptied. */
  | { readonly kind: "active" };

/**
 * Empties parts of a tenant's data in Simon and begins a new epoch (rules A2, A12): the fence, the waiting orders and the
 * first slices of rows go in one transaction; the other rows of a large tenant, and the tombstones on the compacted
 * topics, follow (emptying-loop.ts). The first time all parts go.
 */
export function emptySimon(visit: TenantVisit, wanted: readonly string[]): Promise<EmptyingResult> {
  const { tenantId, actor, by } = visit;
  return visit.inTenant(async (tx) => {
    const tenant = await lockTenant(tx, tenantId);
    if (tenant.status === "active") return { kind: "active" };
    const parts = chosenParts(wanted, await isFirstEmptying(tx, tenantId));
    await noteChoice(tx, tenantId);
    if (parts.length === 0) return { kind: "nothing-chosen" };
    const { epoch, due, counts } = await beginWiping(tx, { tenantId, by, parts, removes: false });
    await recordAct(tx, { tenantId, actor, act: "SIMON_EMPTIED", details: { epoch, parts, counts: due } });
    return { kind: "emptied", epoch, counts };
  });
}

/** Begins an emptying, in a transaction that is bound to the tenant and holds its row. @param wanted.removes its tenant goes too */
export async function beginWiping(
  tx: Connection,
  wanted: {
    readonly tenantId: string;
    readonly by: string;
    readonly parts: readonly SimonPart[];
    readonly removes: boolean;
  },
): Promise<{ readonly epoch: number; readonly due: PartCounts; readonly counts: RemovedCounts }> {
  const { tenantId, parts } = wanted;
  const epoch = await raiseEpoch(tx, tenantId);
  const emptying = { tenantId, epoch, parts };
  const due = await simonCounts(tx, tenantId);
  await insertEmptying(tx, { ...wanted, ...emptying, rowsDue: rowsOf(due, parts) });
  await beginEmptying(tx, emptying);
  if (parts.includes("workorders")) await withdrawOrders(tx, tenantId, epoch);
  return { epoch, due, counts: await firstSlices(tx, emptying) };
}

/** Slices that a person's request waits for: with them the rows of nearly every tenant are gone. */
const FIRST_SLICES = 2;

async function firstSlices(tx: Connection, emptying: BegunEmptying): Promise<RemovedCounts> {
  let done = await emptySlice(tx, emptying);
  for (let slices = 1; slices < FIRST_SLICES && !done.isAll; slices += 1)
    done = await emptySlice(tx, emptying);
  return done.counts;
}

async function isFirstEmptying(tx: Connection, tenantId: string): Promise<boolean> {
  const { rowCount } = await tx.query("select from integration.emptyings where tenant_id = $1 limit 1", [
    tenantId,
  ]);
  return rowCount === 0;
}

async function noteChoice(tx: Connection, tenantId: string): Promise<void> {
  await tx.query("update integration.activation_rounds set emptied_at = now() where tenant_id = $1", [
    tenantId,
  ]);
}

async function insertEmptying(
  tx: Connection,
  emptying: BegunEmptying & { readonly by: string; readonly rowsDue: number; readonly removes: boolean },
): Promise<void> {
  await tx.query(
    `insert into integration.emptyings (tenant_id, epoch, parts, counts, by, tombstones, rows_due, removes)
     values ($1, $2, $3, '{}', $4, 0, $5, $6)`,
    [emptying.tenantId, emptying.epoch, emptying.parts, emptying.by, emptying.rowsDue, emptying.removes],
  );
}

/** The fence: from here on no event of an earlier epoch brings anything back. */
async function beginEmptying(tx: Connection, { tenantId, epoch, parts }: BegunEmptying): Promise<void> {
  await tx.query("select simon.begin_emptying($1, $2, $3)", [tenantId, epoch, parts]);
}

async function withdrawOrders(tx: Connection, tenantId: string, epoch: number): Promise<void> {
  await tx.query(patient("select order_writer.withdraw_orders($1, $2)", [tenantId, epoch]));
}
