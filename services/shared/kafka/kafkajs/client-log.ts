import type { LogEntry } from "kafkajs";
import { describeError } from "../../domain/failure.ts";
import type { Log } from "../../telemetry.ts";

/** Said of every idempotent producer with bounded retries. Ours is replaced after an error, which its advice is for. */
const BOUNDED_RETRIES = "Limiting retries for the idempotent producer";

/**
 * What kafkajs logs, as ours. It calls much an error that it then retries by itself: at most a warning here; the
 * adapter says what failed. In some places it gives an Error for the message, whatever its types say.
 */
export function forwardLog(log: Log, { namespace, log: { message, error } }: LogEntry): void {
  const text = describeError(message);
  if (text.startsWith(BOUNDED_RETRIES)) return;
  log.warn("kafka_client_warned", {
    area: namespace,
    message: text,
    ...(error === undefined ? {} : { error }),
  });
}
