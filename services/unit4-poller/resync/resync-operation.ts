import { Failure } from "../../shared/domain/failure.ts";
import type { ResyncProgress, ResyncResult } from "../../shared/operations/domain/resync-report.ts";
import { RESYNC, type ResyncWish, resyncWishSchema } from "../../shared/operations/domain/resync-wish.ts";
import type { LeasedOperation } from "../../shared/operations/operation-lease.ts";
import {
  type OperationKind,
  type OperationTurn,
  type PlannedOperation,
  Rest,
} from "../../shared/operations/operation-loop.ts";
import { inTransaction, type Pool } from "../../shared/postgres.ts";
import { isWhole, restBetweenLooksMs, resyncPlan, resyncProgress } from "./domain/resync-figures.ts";
import { forgetLists, leaveOutLists, listsOf, planLists, wantLists } from "./resync-lists.ts";

type ResyncTools = {
  readonly pool: Pool;
  readonly limits: {
    /** Part of the wall time that is spent at most inside one tenant's Unit4. */
    readonly busyPart: number;
    /** Tenants above which a second person has to confirm it. */
    readonly secondPersonTenants: number;
  };
};

/**
 * Fetching lists again as a kind of operation (decision 0080). It says which lists are wanted, and looks how far they are: they are
 * read by the turns that read lists anyway.
 */
export const resyncOperation = (tools: ResyncTools): OperationKind => ({
  kind: RESYNC,
  plan: (operation) => planResync(tools, operation),
  run: (operation, turn) => followResync(tools, operation, turn),
  partDone: (progress) => partOver(progress as ResyncProgress),
});

const partOver = ({ lists, over }: ResyncProgress): number => (lists.length === 0 ? 1 : over / lists.length);

async function planResync(
  { pool, limits }: ResyncTools,
  operation: LeasedOperation,
): Promise<PlannedOperation> {
  await forgetLists(pool);
  const wish = wishOf(operation);
  const lists = await planLists(pool, wish);
  return {
    plan: resyncPlan(lists, { isFull: wish.isFull, busyPart: limits.busyPart }),
    needsSecond: new Set(wish.tenantIds).size > limits.secondPersonTenants,
  };
}

async function followResync(
  { pool }: ResyncTools,
  operation: LeasedOperation,
  turn: OperationTurn,
): Promise<ResyncResult | Rest> {
  const { operationId, begunAt } = operation;
  const wish = wishOf(operation);
  const progress = await inTransaction(pool, async (tx) => {
    await wantLists(tx, operationId, wish);
    await leaveOutLists(tx, operationId);
    const found = resyncProgress(await listsOf(tx, operationId));
    await turn.keep(tx, {}, found);
    return found;
  });
  if (progress.over < progress.lists.length)
    return new Rest(restBetweenLooksMs(Date.now() - Date.parse(begunAt ?? "")));
  return { ...progress, isWhole: isWhole(progress.lists) };
}

function wishOf({ operationId, wish }: LeasedOperation): ResyncWish {
  const parsed = resyncWishSchema.safeParse(wish);
  if (parsed.success) return parsed.data;
  throw new Failure(
    "RESYNC_WISH_UNREADABLE",
    `What operation ${operationId} asks for makes no sense: ${parsed.error.message}; ask for a new one.`,
  );
}
