import type { OrderSettled } from "../../schemas/records.ts";
import { LATENCY_BUCKETS, type Telemetry } from "../shared/telemetry.ts";
import type { Written } from "./written-rows.ts";

export type Entity = "customer" | "article";
export type ProjectorTelemetry = ReturnType<typeof createProjectorTelemetry>;

const ENTITIES: readonly Entity[] = ["customer", "article"];

/**
 * What happens in this service: log line and metric of each.
 * @param onFreshness hears how long each live change took to its row, in milliseconds
 */
export function createProjectorTelemetry(telemetry: Telemetry, onFreshness: (ms: number) => void = () => {}) {
  const { log } = telemetry;
  const latency = telemetry.histogram(
    "simon_change_latency_seconds",
    "Time from seeing a change in Unit4 to its row in Simon; replayed changes do not count. At most 200 a batch.",
    { entity: ENTITIES },
    LATENCY_BUCKETS,
  );
  const projected = telemetry.counter(
    "simon_rows_projected_total",
    "Changes by what became of them: a row written, a row wiped, or stale.",
    { entity: ENTITIES, action: ["written", "wiped", "stale"] },
  );
  const repaired = telemetry.counter(
    "simon_topic_repairs_total",
    "Records put behind an older one of their key, so that compaction keeps the newest.",
    { entity: ENTITIES },
  );
  const settled = telemetry.counter("simon_workorders_settled_total", "Outcomes shown on workorders.", {
    outcome: ["written", "refused", "skipped", "unknown"],
  });
  const cleanings = telemetry.counter("simon_cleanings_total", "Cleanings of a tenant.", {
    result: ["done", "lease_lost"],
  });
  const cleaned = telemetry.counter("simon_rows_cleaned_total", "Rows that the cleaning looked at.", {
    entity: ENTITIES,
    action: ["removed", "kept"],
  });
  return {
    changesProjected: (
      entity: Entity,
      batch: {
        readonly records: number;
        readonly written: Written;
        readonly wiped: number;
        readonly repaired: number;
        readonly nowMs: number;
      },
    ): void => {
      const { written, wiped } = batch;
      if (batch.repaired > 0) {
        repaired({ entity }, batch.repaired);
        log.warn("topic_repaired", { entity, records: batch.repaired });
      }
      projected({ entity, action: "written" }, written.count);
      projected({ entity, action: "wiped" }, wiped);
      projected({ entity, action: "stale" }, Math.max(0, batch.records - written.count - wiped));
      for (const observedAtMs of written.observedAtMs) {
        const freshnessMs = Math.max(0, batch.nowMs - observedAtMs);
        latency({ entity }, freshnessMs / 1000);
        onFreshness(freshnessMs);
      }
    },
    workordersSettled: (outcomes: readonly OrderSettled["outcome"][]): void => {
      for (const outcome of outcomes) settled({ outcome });
    },
    rowsCleaned: (entity: Entity, removed: number, kept: number): void => {
      cleaned({ entity, action: "removed" }, removed);
      cleaned({ entity, action: "kept" }, kept);
    },
    cleaningDone: (tenantId: string, counts: object): void => {
      cleanings({ result: "done" });
      log.info("cleaning_done", { tenantId, ...counts });
    },
    cleaningLeaseLost: (tenantId: string): void => {
      cleanings({ result: "lease_lost" });
      log.warn("cleaning_lease_lost", { tenantId });
    },
  };
}
