import type { LoopContext } from "../../shared/loop.ts";
import { createOperationParts, type OPERATION_LOOPS } from "../../shared/operations/operation-parts.ts";
import type { Pool } from "../../shared/postgres.ts";
import type { Part } from "../../shared/service.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import type { Config } from "../config.ts";
import { reconcileOperation } from "../reconcile/reconcile-operation.ts";
import { resyncOperation } from "./resync-operation.ts";

/** The loop that plans resyncs and follows them, and compares lists where somebody asks for it. */
export function createResyncs(
  context: LoopContext<(typeof OPERATION_LOOPS)[number]>,
  options: {
    readonly pool: Pool;
    readonly telemetry: Telemetry;
    readonly instance: string;
    readonly config: Config;
  },
): readonly Part[] {
  const { pool, telemetry, instance, config } = options;
  const limits = {
    busyPart: config.UNIT4_POLLER_BUSY_PART,
    secondPersonTenants: config.UNIT4_POLLER_RESYNC_SECOND_PERSON_TENANTS,
  };
  return createOperationParts(context, {
    ...{
      pool,
      telemetry,
      instance,
      kinds: [resyncOperation({ pool, limits }), reconcileOperation({ pool })],
    },
    lookEveryMs: config.UNIT4_POLLER_OPERATIONS_LOOK_MS,
    leaseMs: config.UNIT4_POLLER_OPERATIONS_LEASE_MS,
  });
}
