import type { Loop, LoopContext } from "../../shared/loop.ts";
import { RECONCILE } from "../../shared/operations/domain/reconcile-wish.ts";
import { RESYNC } from "../../shared/operations/domain/resync-wish.ts";
import { createOperationLoop } from "../../shared/operations/operation-loop.ts";
import { createOperationTelemetry } from "../../shared/operations/operation-telemetry.ts";
import type { Pool } from "../../shared/postgres.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import type { Config } from "../config.ts";
import { reconcileOperation } from "../reconcile/reconcile-operation.ts";
import { resyncOperation } from "./resync-operation.ts";

/** The loop that plans resyncs and follows them, and compares lists where somebody asks for it. */
export function createResyncs(
  context: LoopContext<"operations">,
  options: {
    readonly pool: Pool;
    readonly telemetry: Telemetry;
    readonly instance: string;
    readonly config: Config;
  },
): Loop {
  const { pool, telemetry, instance, config } = options;
  const limits = {
    busyPart: config.UNIT4_POLLER_BUSY_PART,
    secondPersonTenants: config.UNIT4_POLLER_RESYNC_SECOND_PERSON_TENANTS,
  };
  return createOperationLoop(context, {
    ...{ pool, instance, kinds: [resyncOperation({ pool, limits }), reconcileOperation({ pool })] },
    telemetry: createOperationTelemetry(telemetry, [RESYNC, RECONCILE]),
    lookEveryMs: config.UNIT4_POLLER_OPERATIONS_LOOK_MS,
    leaseMs: config.UNIT4_POLLER_OPERATIONS_LEASE_MS,
  });
}
