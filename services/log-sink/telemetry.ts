import { systemClock } from "../shared/clock.ts";
import { lastLook } from "../shared/domain/last-look.ts";
import type { Telemetry } from "../shared/telemetry.ts";
import type { FreshMessage } from "./message-store.ts";
import type { RemovedRows } from "./retention.ts";

/** What happens in the log: log line and metric of each. */
export type LogTelemetry = ReturnType<typeof createLogTelemetry>;

/** The dead letters that are open at one moment; the age is 0 where there are none. */
export type DeadLetterFigures = { readonly count: number; readonly oldestSeconds: number };
const LETTER_MOVES = ["put-back", "processed", "quarantined", "discarded"] as const;
/** Four looks. */
const FIGURES_STALE_AFTER_MS = 60_000;

export function createLogTelemetry(telemetry: Telemetry) {
  const figures = lastLook<DeadLetterFigures>(FIGURES_STALE_AFTER_MS, systemClock);
  telemetry.readGauge(
    "simon_dead_letters_kept",
    "Dead letters in the log that are neither processed nor discarded, 10,000 at most; absent while they cannot be counted.",
    {},
    () => {
      const look = figures.read();
      return look === null ? [] : [{ labels: {}, value: look.value.count }];
    },
  );
  telemetry.readGauge(
    "simon_dead_letter_oldest_age_seconds",
    "Age of the oldest of them, 0 when there is none; absent while they cannot be counted.",
    {},
    () => {
      const look = figures.read();
      if (look === null) return [];
      const { count, oldestSeconds } = look.value;
      return [{ labels: {}, value: count === 0 ? 0 : oldestSeconds + look.ageSeconds }];
    },
  );
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
  const moved = telemetry.counter(
    "simon_dead_letters_moved_total",
    "Dead letters by what became of them: put back, processed after that, quarantined, or discarded.",
    { to: LETTER_MOVES },
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
    lettersMoved: (to: (typeof LETTER_MOVES)[number], count: number): void => moved({ to }, count),
    deadLettersSeen: figures.see,
    oldRowsRemoved: (rows: RemovedRows): void => {
      for (const what of ["occurrences", "messages", "deadLetters"] as const) removed({ what }, rows[what]);
      log.info("log_rows_removed", rows);
    },
  };
}
