import type { LoopContext } from "../../shared/loop.ts";
import { createOperationParts, type OPERATION_LOOPS } from "../../shared/operations/operation-parts.ts";
import type { Part } from "../../shared/service.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import type { Config } from "../config.ts";
import { type RerequestTools, rerequestOperation } from "./rerequest-operation.ts";

/** The loop that plans and runs requests for orders of workorders that were archived before. */
export function createRerequests(
  context: LoopContext<(typeof OPERATION_LOOPS)[number]>,
  options: Omit<RerequestTools, "limits"> & {
    readonly telemetry: Telemetry;
    readonly instance: string;
    readonly config: Config;
  },
): readonly Part[] {
  const { telemetry, instance, config, ...tools } = options;
  const limits = {
    recordsPerSecond: config.WORKORDER_ARCHIVED_REREQUEST_RECORDS_PER_SECOND,
    secondPersonOrders: config.WORKORDER_ARCHIVED_REREQUEST_SECOND_PERSON_ORDERS,
  };
  return createOperationParts(context, {
    ...{ pool: tools.pool, telemetry, instance, kinds: [rerequestOperation({ ...tools, limits })] },
    lookEveryMs: config.WORKORDER_ARCHIVED_OPERATIONS_LOOK_MS,
    leaseMs: config.WORKORDER_ARCHIVED_OPERATIONS_LEASE_MS,
  });
}
