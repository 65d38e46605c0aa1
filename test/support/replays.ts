import assert from "node:assert/strict";
import type { ReplayPlan, ReplayResult } from "../../services/shared/operations/domain/replay-report.ts";
import { REPLAY, type ReplayWish } from "../../services/shared/operations/domain/replay-wish.ts";
import {
  askOperation,
  findOperation,
  type Operation,
} from "../../services/shared/operations/operation-store.ts";
import { until } from "./until.ts";
import type { World } from "./world.ts";

/** An operation that is a replay. */
export type Replay = Operation & { readonly plan: ReplayPlan | null; readonly result: ReplayResult | null };

/** Everything of the customers of all tenants, with a preview. */
const ALL_CUSTOMERS: ReplayWish = {
  entity: "customers",
  tenantIds: null,
  from: null,
  to: null,
  recordsPerSecond: null,
  hasPreview: true,
};

/** Asks for a replay. @returns its number */
export const askReplay = (
  { pool }: Pick<World, "pool">,
  wish: Partial<ReplayWish>,
  beginsAtOnce = false,
): Promise<number> => {
  const whole = { ...ALL_CUSTOMERS, ...wish };
  const asked = { name: "a test", reason: "to see whether it works", requestedBy: "vera", beginsAtOnce };
  return askOperation(pool, { ...asked, kind: REPLAY, wish: whole, tenantIds: whole.tenantIds });
};

/** The replay as it is now. */
export async function replayOf({ pool }: Pick<World, "pool">, operationId: number): Promise<Replay> {
  const found = await findOperation(pool, operationId);
  assert.ok(found);
  return found as Replay;
}

/** Waits for a replay's plan. */
export const planned = (world: Pick<World, "pool">, operationId: number): Promise<ReplayPlan> =>
  until("the plan", async () => {
    const { plan, failure } = await replayOf(world, operationId);
    assert.equal(failure, null);
    return plan;
  });

/** Waits until a replay is done. */
export const replayed = (world: Pick<World, "pool">, operationId: number): Promise<ReplayResult> =>
  until("the result", async () => {
    const { result, failure } = await replayOf(world, operationId);
    assert.equal(failure, null);
    return result;
  });
