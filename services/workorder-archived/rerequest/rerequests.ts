import type { Loop, LoopContext } from "../../shared/loop.ts";
import { REREQUEST } from "../../shared/operations/domain/rerequest-wish.ts";
import { createOperationLoop } from "../../shared/operations/operation-loop.ts";
import { createOperationTelemetry } from "../../shared/operations/operation-telemetry.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import type { Config } from "../config.ts";
import { type RerequestTools, rerequestOperation } from "./rerequest-operation.ts";

/** The loop that plans and runs requests for orders of workorders that were archived before. */
export function createRerequests(
  context: LoopContext<"operations">,
  options: Omit<RerequestTools, "limits"> & {
    readonly telemetry: Telemetry;
    readonly instance: string;
    readonly config: Config;
  },
): Loop {
  const { telemetry, instance, config, ...tools } = options;
  const limits = {
    recordsPerSecond: config.WORKORDER_ARCHIVED_REREQUEST_RECORDS_PER_SECOND,
    secondPersonOrders: config.WORKORDER_ARCHIVED_REREQUEST_SECOND_PERSON_ORDERS,
  };
  return createOperationLoop(context, {
    ...{ pool: tools.pool, instance, kinds: [rerequestOperation({ ...tools, limits })] },
    telemetry: createOperationTelemetry(telemetry, [REREQUEST]),
    lookEveryMs: config.WORKORDER_ARCHIVED_OPERATIONS_LOOK_MS,
    leaseMs: config.WORKORDER_ARCHIVED_OPERATIONS_LEASE_MS,
  });
}
