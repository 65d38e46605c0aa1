import { createLoop, type Loop, type LoopContext } from "../../shared/loop.ts";
import type { Pool } from "../../shared/postgres.ts";
import { textFraction } from "../domain/content-hash.ts";
import type { PollerTelemetry } from "../telemetry.ts";
import { compareLists } from "./compare-lists.ts";
import {
  compareAgainSoon,
  compareNextNight,
  fleetDrift,
  forgetDrift,
  storeDrift,
  takeTenantsToCompare,
} from "./drift-store.ts";

export const COMPARISON_LOOP = "comparison";

const LOOK_EVERY_MS = 15_000;
/** In one look, one after the other: ten thousand tenants are gone over in less than half an hour of the night by one process. */
const MOST_AT_ONCE = 100;
/** What was on its way has come by then. */
const AGAIN_AFTER_MINUTES = 5;

/** Compares Simon's rows with the last complete lists, each tenant once a night, spread over it (decision 0082). Unit4 is not asked. */
export const createComparison = (
  context: LoopContext<typeof COMPARISON_LOOP>,
  { pool, telemetry }: { readonly pool: Pool; readonly telemetry: PollerTelemetry },
): Loop =>
  createLoop(context, {
    name: COMPARISON_LOOP,
    everyMs: LOOK_EVERY_MS,
    lost: "Simon's rows are no longer compared with Unit4's lists",
    beat: async ({ stopping, progress }) => {
      const tenantIds = await takeTenantsToCompare(pool, MOST_AT_ONCE);
      for (const tenantId of tenantIds) {
        if (stopping.aborted) await compareAgainSoon(pool, tenantId, 0);
        else await compareTenant(pool, telemetry, tenantId);
        progress();
      }
      telemetry.driftViewed(await fleetDrift(pool));
      return tenantIds.length === MOST_AT_ONCE;
    },
  });

async function compareTenant(pool: Pool, telemetry: PollerTelemetry, tenantId: string): Promise<void> {
  const compared = await compareLists(pool, tenantId);
  const isOpen = await storeDrift(pool, compared);
  await forgetDrift(
    pool,
    tenantId,
    compared.map(({ entity }) => entity),
  );
  telemetry.listsCompared(compared);
  if (isOpen) await compareAgainSoon(pool, tenantId, AGAIN_AFTER_MINUTES);
  else await compareNextNight(pool, tenantId, textFraction(tenantId));
}
