import type { Clock } from "../shared/clock.ts";
import { WORKORDER_MESSAGES } from "../shared/domain/messages/workorders.ts";
import { LATENCY_BUCKETS, type Telemetry } from "../shared/telemetry.ts";
import type { Decision } from "./domain/decision.ts";

type Place = { readonly partition: number; readonly offset: number };

/** What happens to archived workorders: log line and metric of each. */
export type WorkorderTelemetry = {
  readonly decided: (decision: Decision) => void;
  /** Events that were decided before are read again. */
  readonly repeated: (events: readonly Place[]) => void;
};

export function createWorkorderTelemetry(telemetry: Telemetry, now: Clock): WorkorderTelemetry {
  const decisions = telemetry.counter(
    "simon_workorders_decided_total",
    "Archived workorders by what became of them.",
    {
      outcome: ["requested", "refused", "skipped"] satisfies Decision["kind"][],
    },
  );
  const settledEarly = telemetry.counter(
    "simon_workorders_without_request_total",
    "Archived workorders that became no order request, by the first reason.",
    { code: Object.keys(WORKORDER_MESSAGES) },
  );
  const repeats = telemetry.counter(
    "simon_workorders_repeated_total",
    "Archived workorders that were decided before: their events are read or published again.",
    {},
  );
  const delay = telemetry.histogram(
    "simon_workorder_decision_delay_seconds",
    "Time from archiving until the order request was made.",
    {},
    LATENCY_BUCKETS,
  );
  return {
    repeated: (events) => {
      const [first] = events;
      if (first === undefined) return;
      repeats({}, events.length);
      const offsets = events.map(({ offset }) => offset);
      telemetry.log.info("workorders_read_again", {
        partition: first.partition,
        from: Math.min(...offsets),
        to: Math.max(...offsets),
        count: events.length,
      });
    },
    decided: (decision) => {
      decisions({ outcome: decision.kind });
      if (decision.kind === "requested") {
        delay({}, Math.max(0, now() - decision.request.archivedAt) / 1000);
        return;
      }
      const { tenantId, workorderId, code } = decision.settled;
      settledEarly({ code });
      telemetry.log.info(`workorder_${decision.kind}`, { tenantId, workorderId, code });
    },
  };
}
