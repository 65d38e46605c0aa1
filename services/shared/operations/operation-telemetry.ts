import { systemClock } from "../clock.ts";
import { lastLook } from "../domain/last-look.ts";
import type { Telemetry } from "../telemetry.ts";
import { OPEN_STATES, type OperationEnd } from "./domain/operation-state.ts";
import type { Operation } from "./operation-store.ts";
import type { OperationsInState } from "./operations-view.ts";

/** Some looks of the loop that counts them. */
const STALE_AFTER_MS = 60_000;

type Told = Pick<Operation, "operationId" | "kind" | "name" | "state">;

export type OperationTelemetry = ReturnType<typeof createOperationTelemetry>;

/** What happens to operations in a process: log line and metric of each. */
export function createOperationTelemetry(telemetry: Telemetry, kinds: readonly string[]) {
  const { log } = telemetry;
  const ended = telemetry.counter("simon_operations_ended_total", "Operations that this process ended.", {
    kind: kinds,
    result: ["done", "failed"],
  });
  const view = lastLook<readonly OperationsInState[]>(STALE_AFTER_MS, systemClock);
  telemetry.readGauge(
    "simon_operations",
    "Operations that are not over; every process that does their kind tells the same, so take the largest.",
    { kind: kinds, state: OPEN_STATES },
    () =>
      (view.read()?.value ?? []).map(({ kind, state, count }) => ({ labels: { kind, state }, value: count })),
  );
  telemetry.readGauge(
    "simon_operation_progress_ratio",
    "Which part of the operation that is least far is done, 0 to 1; absent while there is none. Take the largest, as of simon_operations.",
    { kind: kinds, state: OPEN_STATES },
    () =>
      (view.read()?.value ?? [])
        .filter(({ count }) => count > 0)
        .map(({ kind, state, leastDone }) => ({ labels: { kind, state }, value: leastDone })),
  );
  const named = ({ operationId, kind, name }: Told) => ({ operationId, kind, name });
  return {
    operationsViewed: view.see,
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
