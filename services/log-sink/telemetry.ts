import type { Telemetry } from "../shared/telemetry.ts";
import type { FreshMessage } from "./message-store.ts";
import type { RemovedRows } from "./retention.ts";

/** What happens in the log: log line and metric of each. */
export type LogTelemetry = ReturnType<typeof createLogTelemetry>;

export function createLogTelemetry(telemetry: Telemetry) {
  const stored = telemetry.counter("simon_messages_stored_total", "Messages stored for people to read.", {
    kind: ["info", "warning", "error"],
  });
  const repeated = telemetry.counter(
    "simon_messages_repeated_total",
    "Messages that were stored already.",
    {},
  );
  const letters = telemetry.counter(
    "simon_dead_letters_stored_total",
    "Dead letters stored for operators.",
    {},
  );
  const removed = telemetry.counter(
    "simon_log_rows_removed_total",
    "Rows of the log removed because of age.",
    {
      what: ["occurrences", "messages", "deadLetters"],
    },
  );
  const { log } = telemetry;
  return {
    messagesStored: (fresh: readonly FreshMessage[], received: number): void => {
      for (const { kind } of fresh) stored({ kind });
      repeated({}, received - fresh.length);
    },
    deadLettersStored: (count: number): void => letters({}, count),
    oldRowsRemoved: (rows: RemovedRows): void => {
      for (const what of ["occurrences", "messages", "deadLetters"] as const) removed({ what }, rows[what]);
      log.info("log_rows_removed", rows);
    },
  };
}
