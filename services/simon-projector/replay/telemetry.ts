import type { Telemetry } from "../../shared/telemetry.ts";

export type ReplayTelemetry = ReturnType<typeof createReplayTelemetry>;

const REASONS = ["ceiling", "rising", "freshness", "commit"] as const;

/** What happens while topics are read again: log line and metric of each. */
export function createReplayTelemetry(telemetry: Telemetry) {
  const waited = telemetry.counter(
    "simon_replay_throttled_seconds_total",
    "Time in which a replay waited: at its ceiling, while its rate rises, or because live work was over a bar.",
    { reason: REASONS },
  );
  const records = telemetry.counter(
    "simon_replay_records_total",
    "Records that replays read, by what became of them.",
    { action: ["applied", "passed", "poison"] },
  );
  const rows = telemetry.counter("simon_replay_rows_total", "Rows that replays changed.", {
    action: ["written", "wiped"],
  });
  return {
    replayWaited: (reason: (typeof REASONS)[number], seconds: number): void => waited({ reason }, seconds),
    chunkReplayed: (step: {
      readonly records: number;
      readonly matched: number;
      readonly poison: number;
      readonly rowsWritten: number;
      readonly rowsWiped: number;
    }): void => {
      records({ action: "applied" }, step.matched - step.poison);
      records({ action: "passed" }, step.records - step.matched);
      records({ action: "poison" }, step.poison);
      rows({ action: "written" }, step.rowsWritten);
      rows({ action: "wiped" }, step.rowsWiped);
    },
  };
}
