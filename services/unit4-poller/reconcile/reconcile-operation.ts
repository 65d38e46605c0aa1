import { Failure } from "../../shared/domain/failure.ts";
import type {
  ReconciledList,
  ReconcileProgress,
  ReconcileResult,
} from "../../shared/operations/domain/reconcile-report.ts";
import {
  RECONCILE,
  type ReconcileWish,
  reconcileWishSchema,
} from "../../shared/operations/domain/reconcile-wish.ts";
import type { LeasedOperation } from "../../shared/operations/operation-lease.ts";
import { type OperationKind, type OperationTurn, Rest } from "../../shared/operations/operation-loop.ts";
import type { Pool } from "../../shared/postgres.ts";
import { compareLists } from "./compare-lists.ts";
import { storeDrift } from "./drift-store.ts";

/** What differs is looked at so often, since it may be on its way. */
const MOST_LOOKS = 4;
const REST_MS = 2_000;

/** Holding Simon's rows against Unit4's last lists as a kind of operation (decision 0082). Neither is changed, and Unit4 is not asked. */
export const reconcileOperation = ({ pool }: { readonly pool: Pool }): OperationKind => ({
  kind: RECONCILE,
  plan: async (operation) => ({ plan: { tenantIds: wishOf(operation).tenantIds }, needsSecond: false }),
  run: (operation, turn) => reconcile(pool, operation, turn),
  partDone: (progress) => (progress as ReconcileProgress).looks / MOST_LOOKS,
});

async function reconcile(
  pool: Pool,
  operation: LeasedOperation,
  turn: OperationTurn,
): Promise<ReconcileResult | Rest | null> {
  const { tenantIds, entities } = wishOf(operation);
  const lists: ReconciledList[] = [];
  for (const tenantId of new Set(tenantIds)) {
    if (turn.halted.aborted) return null;
    turn.progress();
    const compared = await compareLists(pool, tenantId, entities);
    await storeDrift(pool, compared);
    lists.push(...compared);
  }
  const before = operation.progress as ReconcileProgress | null;
  const progress = { lists, looks: (before?.looks ?? 0) + 1 };
  await turn.keep(pool, {}, progress);
  const isEqual = lists.every(({ missing, extra }) => missing + extra === 0);
  if (!isEqual && progress.looks < MOST_LOOKS) return new Rest(REST_MS * progress.looks);
  const compared = new Set(lists.map(({ tenantId }) => tenantId));
  return { ...progress, isEqual, without: tenantIds.filter((id) => !compared.has(id)) };
}

function wishOf({ operationId, wish }: LeasedOperation): ReconcileWish {
  const parsed = reconcileWishSchema.safeParse(wish);
  if (parsed.success) return parsed.data;
  throw new Failure(
    "RECONCILE_WISH_UNREADABLE",
    `What operation ${operationId} asks for makes no sense: ${parsed.error.message}; ask for a new one.`,
  );
}
