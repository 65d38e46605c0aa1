import type { Telemetry } from "../telemetry.ts";
import type { OperationEnd } from "./domain/operation-state.ts";
import type { Operation } from "./operation-store.ts";

type Told = Pick<Operation, "operationId" | "kind" | "name" | "state">;

export type OperationTelemetry = ReturnType<typeof createOperationTelemetry>;

/** What happens to operations in a process: log line and metric of each. */
export function createOperationTelemetry(telemetry: Telemetry, kinds: readonly string[]) {
  const { log } = telemetry;
  const ended = telemetry.counter("simon_operations_ended_total", "Operations that this process ended.", {
    kind: kinds,
    result: ["done", "failed"],
  });
  const named = ({ operationId, kind, name }: Told) => ({ operationId, kind, name });
  return {
    operationPlanned: (operation: Told): void => log.info("operation_planned", named(operation)),
    operationHalted: (operation: Told): void => log.info("operation_halted", named(operation)),
    operationEnded: (operation: Told, result: OperationEnd): void => {
      ended({ kind: operation.kind, result });
      log.info("operation_ended", { ...named(operation), result });
    },
    operationFailed: (operation: Told, code: string, error: string): void => {
      ended({ kind: operation.kind, result: "failed" });
      log.error("operation_failed", { ...named(operation), code, error });
    },
  };
}
