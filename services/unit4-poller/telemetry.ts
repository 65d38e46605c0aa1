import { systemClock } from "../shared/clock.ts";
import { describeError } from "../shared/domain/failure.ts";
import { type LastLook, lastLook } from "../shared/domain/last-look.ts";
import type { Telemetry } from "../shared/telemetry.ts";
import { ENTITIES, type Entity } from "./domain/entity.ts";
import type { FleetView } from "./fleet/fleet-view.ts";

const POLL_RESULTS = ["unchanged", "changed", "loaded", "incomplete", "unfinished", "failed"] as const;
/** How reading one list ended. */
export type PollResult = (typeof POLL_RESULTS)[number];

const CHANGES = ["present", "inactive", "gone", "unknown"] as const;

/** How a list compares with Simon's rows, as far as it is told. */
type Compared = {
  readonly tenantId: string;
  readonly entity: Entity;
  readonly missing: number;
  readonly extra: number;
};
type FleetDrift = Omit<Compared, "tenantId">;
const NO_DRIFT = { missing: 0, extra: 0 };

/** Some looks of the loop that counts the fleet. */
const FLEET_STALE_AFTER_MS = 60_000;

/** What happens in the poller: log line and metric of each. */
export type PollerTelemetry = ReturnType<typeof createPollerTelemetry>;

export function createPollerTelemetry(telemetry: Telemetry) {
  const { log } = telemetry;
  const polls = telemetry.counter("simon_polls_total", "Lists read from Unit4.", {
    entity: ENTITIES,
    result: POLL_RESULTS,
  });
  const pollSeconds = telemetry.histogram(
    "simon_poll_duration_seconds",
    "Time to read and compare one list.",
    {
      entity: ENTITIES,
    },
  );
  const published = telemetry.counter("simon_changes_published_total", "Change events published.", {
    entity: ENTITIES,
    change: CHANGES,
  });
  const halts = telemetry.counter("simon_deletions_halted_total", "Lists from which too much was missing.", {
    entity: ENTITIES,
  });
  const brokenTurns = telemetry.counter(
    "simon_turns_broken_total",
    "Turns that ended in an error of our own.",
    {},
  );
  const fleet = lastLook<FleetView>(FLEET_STALE_AFTER_MS, systemClock);
  telemetry.readGauge(
    "simon_poll_oldest_age_seconds",
    "Age of the last complete scan of the active tenant that waits longest; absent while it cannot be read.",
    {},
    () => ageOf(fleet.read(), "oldestSeconds"),
  );
  telemetry.readGauge(
    "simon_token_oldest_age_seconds",
    "Time since the last renewal of the active, connected tenant's tokens that were renewed longest ago; absent while it cannot be read.",
    {},
    () => ageOf(fleet.read(), "oldestTokenSeconds"),
  );
  telemetry.readGauge(
    "simon_tenants",
    "Active tenants by what they are to the poller; absent while they cannot be counted.",
    { state: ["polled", "failing", "disconnected"] },
    () => {
      const look = fleet.read();
      if (look === null) return [];
      const { polled, failing, disconnected } = look.value;
      return Object.entries({ polled, failing, disconnected }).map(([state, value]) => ({
        labels: { state },
        value,
      }));
    },
  );
  const compared = telemetry.counter(
    "simon_lists_compared_total",
    "Lists that Simon's rows were held against.",
    { entity: ENTITIES, result: ["equal", "differs"] },
  );
  const drift = lastLook<readonly FleetDrift[]>(FLEET_STALE_AFTER_MS, systemClock);
  telemetry.readGauge(
    "simon_list_drift_rows",
    "Rows in which Simon and Unit4's last complete lists certainly differ: Simon lacks them, or the lists do; absent while it cannot be read.",
    { entity: ENTITIES, kind: ["missing", "extra"] },
    () => {
      const look = drift.read();
      if (look === null) return [];
      return ENTITIES.flatMap((entity) => {
        const { missing, extra } = look.value.find((one) => one.entity === entity) ?? NO_DRIFT;
        return [
          { labels: { entity, kind: "missing" }, value: missing },
          { labels: { entity, kind: "extra" }, value: extra },
        ];
      });
    },
  );
  return {
    listsCompared: (lists: readonly Compared[]): void => {
      for (const { tenantId, entity, missing, extra } of lists) {
        const isEqual = missing + extra === 0;
        compared({ entity, result: isEqual ? "equal" : "differs" });
        if (!isEqual) log.warn("list_differs", { tenantId, entity, missing, extra });
      }
    },
    driftViewed: drift.see,
    listPolled: (entity: Entity, result: PollResult, seconds: number): void => {
      polls({ entity, result });
      pollSeconds({ entity }, seconds);
    },
    pollFailed: (tenantId: string, entity: Entity, reason: string): void =>
      log.warn("poll_failed", { tenantId, entity, reason }),
    changesPublished: (entity: Entity, change: (typeof CHANGES)[number], count: number): void =>
      published({ entity, change }, count),
    deletionsHalted: (tenantId: string, entity: Entity, missing: number, known: number): void => {
      halts({ entity });
      log.warn("deletions_halted", { tenantId, entity, missing, known });
    },
    snapshotGivenUp: (tenantId: string, entity: Entity, error: string): void =>
      log.error("snapshot_given_up", { tenantId, entity, error }),
    listIncomplete: (tenantId: string, entity: Entity, listed: number): void =>
      log.warn("list_incomplete", { tenantId, entity, listed }),
    leaseLost: (tenantId: string): void => log.info("lease_lost", { tenantId }),
    turnBroke: (tenantId: string, error: unknown): void => {
      brokenTurns({});
      log.error("turn_broke", { tenantId, error: describeError(error) });
    },
    tenantsAdmitted: (count: number): void => log.info("tenants_admitted", { count }),
    turnsHandedBack: (count: number): void => log.warn("turns_handed_back", { count }),
    fleetViewed: fleet.see,
  };
}

/** An age of the fleet as it is now; 0 where there is none. */
function ageOf(
  look: ReturnType<LastLook<FleetView>["read"]>,
  which: "oldestSeconds" | "oldestTokenSeconds",
): readonly { readonly labels: Record<never, string>; readonly value: number }[] {
  if (look === null) return [];
  const age = look.value[which];
  return [{ labels: {}, value: age === 0 ? 0 : age + look.ageSeconds }];
}
