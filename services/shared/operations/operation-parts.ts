import type { LoopContext } from "../loop.ts";
import type { Pool } from "../postgres.ts";
import type { Part } from "../service.ts";
import type { Telemetry } from "../telemetry.ts";
import { createOperationLoop, type OperationKind } from "./operation-loop.ts";
import { createOperationTelemetry } from "./operation-telemetry.ts";
import { createOperationsView } from "./operations-view.ts";

export const OPERATION_LOOPS = ["operations", "operations-view"] as const;

/** What a service needs that does operations: the loop that plans and runs them, and the one that tells how far they are. */
export function createOperationParts(
  context: LoopContext<(typeof OPERATION_LOOPS)[number]>,
  options: {
    readonly pool: Pool;
    readonly telemetry: Telemetry;
    readonly instance: string;
    readonly kinds: readonly OperationKind[];
    readonly lookEveryMs: number;
    /** As of the loop. */
    readonly leaseMs: number;
  },
): readonly Part[] {
  const names = options.kinds.map(({ kind }) => kind);
  const told = { ...options, telemetry: createOperationTelemetry(options.telemetry, names) };
  return [createOperationLoop(context, told), createOperationsView(context, told)];
}
