import type { ResyncWish } from "../../services/shared/operations/domain/resync-wish.ts";
import { RESYNC } from "../../services/shared/operations/domain/resync-wish.ts";
import { actOnOperation, askOperation } from "../../services/shared/operations/operation-store.ts";
import { wantLists } from "../../services/unit4-poller/resync/resync-lists.ts";
import type { World } from "./world.ts";

/** A resync as it stands once its lists are wanted, without a process that follows it. @returns its number */
export async function wantedResync(
  { pool }: Pick<World, "pool">,
  wish: Pick<ResyncWish, "tenantIds"> & Partial<ResyncWish>,
): Promise<number> {
  const whole: ResyncWish = { entities: ["customer", "article"], isFull: false, ...wish };
  const operationId = await askOperation(pool, {
    ...{ kind: RESYNC, name: "a test", reason: "to see whether it works", requestedBy: "vera" },
    ...{ wish: whole, tenantIds: whole.tenantIds, beginsAtOnce: false },
  });
  await pool.query("update integration.operations set plan = '{}' where operation_id = $1", [operationId]);
  await actOnOperation(pool, operationId, "confirm", "anja");
  await wantLists(pool, operationId, whole);
  return operationId;
}
