import { systemClock } from "../shared/clock.ts";
import { describeError } from "../shared/domain/failure.ts";
import { lastLook } from "../shared/domain/last-look.ts";
import type { MessageCode } from "../shared/domain/message-catalogue.ts";
import { ORDER_REFUSAL_CODES } from "../shared/domain/messages/order-refusals.ts";
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
const DISCREPANCIES = ["duplicate", "missing", "differs"] as const;
const STATES: readonly OrderState[] = ["waiting", "sending", "unknown"];

/** What happens in the order-writer: log line and metric of each. */
export type OrderTelemetry = ReturnType<typeof createOrderTelemetry>;

/** The open orders at one moment. */
export type LedgerFigures = {
  readonly counts: Readonly<Record<string, number>>;
  /** Since the archiving, by state; a state without orders has none. */
  readonly oldestSeconds: Readonly<Record<string, number>>;
};
/** Four looks. */
const FIGURES_STALE_AFTER_MS = 60_000;

export function createOrderTelemetry(telemetry: Telemetry, now = systemClock) {
  const steps = telemetry.counter("simon_order_steps_total", "Steps of orders by outcome.", {
    outcome: OUTCOMES,
  });
  const settled = telemetry.counter("simon_orders_settled_total", "Orders that reached their end.", {
    outcome: ["written", "refused"],
  });
  const refusals = telemetry.counter(
    "simon_orders_refused_total",
    "Orders that Unit4 did not take, by reason.",
    {
      code: ORDER_REFUSAL_CODES,
    },
  );
  const withdrawn = telemetry.counter(
    "simon_orders_withdrawn_total",
    "Orders that were not sent because their tenant's workorders were emptied.",
    {},
  );
  const latency = telemetry.histogram(
    "simon_order_latency_seconds",
    "From archiving, by the sender's clock, to the order in Unit4: also the time in which the sender kept it to itself.",
    {},
    LATENCY_BUCKETS,
  );
  const processing = telemetry.histogram(
    "simon_order_processing_seconds",
    "From the archived event on its topic to the order in Unit4: the time that is ours, which objectives are set on.",
    {},
    LATENCY_BUCKETS,
  );
  const figures = lastLook<LedgerFigures>(FIGURES_STALE_AFTER_MS, now);
  telemetry.readGauge(
    "simon_order_states",
    "Open orders of the ledger by state; absent while the ledger cannot be read.",
    { state: STATES },
    () => {
      const look = figures.read();
      if (look === null) return [];
      return STATES.map((state) => ({ labels: { state }, value: look.value.counts[state] ?? 0 }));
    },
  );
  telemetry.readGauge(
    "simon_order_oldest_open_seconds",
    "Age of the oldest order that is not settled, 0 when there is none; absent while the ledger cannot be read.",
    {},
    () => {
      const look = figures.read();
      if (look === null) return [];
      const ages = Object.values(look.value.oldestSeconds);
      return [{ labels: {}, value: ages.length === 0 ? 0 : Math.max(...ages) + look.ageSeconds }];
    },
  );
  telemetry.readGauge(
    "simon_order_state_oldest_seconds",
    "Age, since its archiving, of the oldest order in each state, 0 when there is none; absent while the ledger cannot be read.",
    { state: STATES },
    () => {
      const look = figures.read();
      if (look === null) return [];
      return STATES.map((state) => {
        const age = look.value.oldestSeconds[state];
        return { labels: { state }, value: age === undefined ? 0 : age + look.ageSeconds };
      });
    },
  );
  const failures = telemetry.counter("simon_order_turn_failures_total", "Turns that ended in an error.", {});
  const discrepancies = telemetry.counter(
    "simon_reconcile_discrepancies_total",
    "Written orders that were found doubled, missing or with other content.",
    { kind: DISCREPANCIES },
  );
  const reconciled = telemetry.gauge(
    "simon_reconcile_last_success_timestamp_seconds",
    "When the ledger was last compared with Unit4, or had nothing to compare.",
    {},
  );
  const lost = telemetry.counter(
    "simon_database_went_back_total",
    "Times the database lacked what it had confirmed, as after a failover or a backup.",
    {},
  );
  const { log } = telemetry;
  return {
    databaseWentBack: (): void => {
      lost({});
      log.error("database_went_back", {
        action:
          "Orders of the lost stretch are looked for in Unit4 before they are sent; check the failover or backup.",
      });
    },
    stepTaken: (tenantId: string, workorderId: string, outcome: StepOutcome, detail: string): void => {
      steps({ outcome });
      if (outcome === "written") log.debug("order_written", { tenantId, workorderId, detail });
      else log.info("order_step_taken", { tenantId, workorderId, outcome, detail });
    },
    /** @param sinceSeconds since the archiving by the sender's clock, and since its event was on our topic */
    orderWritten: (sinceSeconds: { readonly archived: number; readonly requested: number }): void => {
      settled({ outcome: "written" });
      latency({}, Math.max(0, sinceSeconds.archived));
      processing({}, Math.max(0, sinceSeconds.requested));
    },
    orderRefused: (code: MessageCode): void => {
      settled({ outcome: "refused" });
      refusals({ code });
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
    statesSeen: figures.see,
    outcomeOvertaken: (tenantId: string, workorderId: string, outcome: StepOutcome): void =>
      log.warn("order_outcome_overtaken", { tenantId, workorderId, outcome }),
    ordersReconciled: (atMs: number): void => reconciled({}, atMs / 1000),
    discrepancyFound: (tenantId: string, workorderId: string, kind: (typeof DISCREPANCIES)[number]): void => {
      discrepancies({ kind });
      log.warn("order_discrepancy_found", { tenantId, workorderId, kind });
    },
    turnFailed: (tenantId: string, error: unknown): void => {
      failures({});
      log.error("order_turn_failed", { tenantId, error: describeError(error) });
    },
  };
}
