import { LATENCY_BUCKETS, type Telemetry } from "../shared/telemetry.ts";
import type { OrderState } from "./domain/order-state.ts";

const OUTCOMES = [
  "written",
  "refused",
  "put-off",
  "unknown",
  "found",
  "absent",
  "no-answer",
  "found-several",
] as const;
export type StepOutcome = (typeof OUTCOMES)[number];
const FINDINGS = ["duplicate", "missing", "differs"] as const;
const STATES: readonly OrderState[] = ["waiting", "sending", "unknown", "written", "refused"];

/** What happens in the order-writer: log line and metric of each. */
export type OrderTelemetry = ReturnType<typeof createOrderTelemetry>;

export function createOrderTelemetry(telemetry: Telemetry) {
  const steps = telemetry.counter("simon_order_steps_total", "Steps of orders by outcome.", {
    outcome: OUTCOMES,
  });
  const settled = telemetry.counter("simon_orders_settled_total", "Orders that reached their end.", {
    outcome: ["written", "refused"],
  });
  const withdrawn = telemetry.counter(
    "simon_orders_withdrawn_total",
    "Orders that were not sent because their tenant's workorders were emptied.",
    {},
  );
  const latency = telemetry.histogram(
    "simon_order_latency_seconds",
    "From archiving in Simon to the order in Unit4.",
    {},
    LATENCY_BUCKETS,
  );
  const states = telemetry.gauge("simon_order_states", "Orders of the ledger by state.", { state: STATES });
  const oldest = telemetry.gauge(
    "simon_order_oldest_open_seconds",
    "Age of the oldest order that is not settled.",
    {},
  );
  const failures = telemetry.counter("simon_order_loop_failures_total", "Turns that ended in an error.", {});
  const findings = telemetry.counter(
    "simon_reconcile_findings_total",
    "Written orders that were found doubled, missing or with other content.",
    { kind: FINDINGS },
  );
  const reconciled = telemetry.gauge(
    "simon_reconcile_last_success_timestamp_seconds",
    "When the ledger was last compared with Unit4, or had nothing to compare.",
    {},
  );
  const { log } = telemetry;
  return {
    stepTaken: (tenantId: string, workorderId: string, outcome: StepOutcome, detail: string): void => {
      steps({ outcome });
      if (outcome === "written") log.debug("order_written", { tenantId, workorderId, detail });
      else log.info("order_step_taken", { tenantId, workorderId, outcome, detail });
    },
    orderSettled: (outcome: "written" | "refused", secondsSinceArchiving: number): void => {
      settled({ outcome });
      if (outcome === "written") latency({}, Math.max(0, secondsSinceArchiving));
    },
    orderWithdrawn: ({
      tenantId,
      workorderId,
    }: {
      readonly tenantId: string;
      readonly workorderId: string;
    }): void => {
      withdrawn({});
      log.info("order_withdrawn", { tenantId, workorderId });
    },
    statesSeen: (counts: Readonly<Record<string, number>>, oldestOpenSeconds: number): void => {
      for (const state of STATES) states({ state }, counts[state] ?? 0);
      oldest({}, oldestOpenSeconds);
    },
    outcomeOvertaken: (tenantId: string, workorderId: string, outcome: StepOutcome): void =>
      log.warn("order_outcome_overtaken", { tenantId, workorderId, outcome }),
    ordersReconciled: (atMs: number): void => reconciled({}, atMs / 1000),
    orderFinding: (tenantId: string, workorderId: string, kind: (typeof FINDINGS)[number]): void => {
      findings({ kind });
      log.warn("order_finding", { tenantId, workorderId, kind });
    },
    turnFailed: (tenantId: string, error: string): void => {
      failures({});
      log.error("order_turn_failed", { tenantId, error });
    },
    loopFailed: (loop: string, error: string): void => {
      failures({});
      log.warn("order_loop_failed", { loop, error });
    },
  };
}
