import { createLoop, type Loop, type LoopContext } from "../shared/loop.ts";
import type { Pool } from "../shared/postgres.ts";
import { deleteEndedKeys } from "./access/key-store.ts";
import { deleteExpired, type SessionLimits } from "./access/session-store.ts";
import { inviteOperators } from "./access/user-store.ts";
import { deleteOldArrivals } from "./api/arrival-acts.ts";
import { forgetOldActs } from "./parts/audit-store.ts";
import { isUnit4Down } from "./parts/fleet-queries.ts";
import type { PipelineLink } from "./parts/pipeline-link.ts";

const EVERY_MS = 5_000;
const TIDY_EVERY_BEATS = 60;

/** Looks whether Kafka answers and Unit4 works for most, so that pages can say so; invites the first operators and clears what has expired. */
export function createHousekeepingLoop(
  context: LoopContext<"housekeeping">,
  options: {
    readonly pool: Pool;
    readonly pipeline: PipelineLink;
    readonly limits: SessionLimits;
    /** E-mail addresses of the first operators. */
    readonly operators: readonly string[];
    /** Days that acts and keys that have ended are kept. */
    readonly auditDays: number;
  },
): Loop {
  const { pool, pipeline } = options;
  let beats = 0;
  return createLoop(context, {
    name: "housekeeping",
    everyMs: EVERY_MS,
    lost: "Nothing is tidied any more",
    beat: async () => {
      await pipeline.look();
      pipeline.noteUnit4(await isUnit4Down(pool));
      if (beats % TIDY_EVERY_BEATS === 0) {
        await inviteOperators(pool, options.operators);
        await deleteExpired(pool, options.limits);
        await deleteOldArrivals(pool);
        await deleteEndedKeys(pool, options.auditDays);
        await forgetOldActs(pool, options.auditDays);
      }
      beats += 1;
      return false;
    },
  });
}
