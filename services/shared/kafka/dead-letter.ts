import { TOPICS } from "../../../schemas/topics.ts";
import type { Poison } from "./incoming.ts";
import type { KafkaTelemetry } from "./kafka-telemetry.ts";
import type { OutgoingRecord, Publisher } from "./producer.ts";

export type DeadLetters = {
  /** Sets records aside with their original bytes and headers; resolves when the broker has them. */
  send(group: string, poison: readonly Poison[]): Promise<void>;
};

const LONGEST_MESSAGE = 512;

export function createDeadLetters(
  publisher: Publisher,
  telemetry: KafkaTelemetry,
  now: () => number,
): DeadLetters {
  return {
    send: async (group, poison) => {
      if (poison.length === 0) return;
      await publisher.publish(poison.map((one) => deadLetterRecord(group, one, now())));
      for (const { record, error } of poison)
        telemetry.deadLettered(
          record.topic,
          error.reason,
          `${record.partition}/${record.offset}`,
          error.message,
        );
    },
  };
}

/**
 * Original value and headers untouched, where it came from and why in `x-` headers. The key is kept where there is
 * one (it names the tenant); else the position stands in, since every record needs a key.
 */
function deadLetterRecord(group: string, { record, error }: Poison, failedAtMs: number): OutgoingRecord {
  const position = `${record.topic}/${record.partition}/${record.offset}`;
  const key = record.key === null || record.key.length === 0 ? position : record.key.toString();
  return {
    topic: TOPICS.deadLetter.name,
    key,
    value: record.value,
    headers: {
      ...record.headers,
      "x-orig-topic": record.topic,
      "x-orig-partition": String(record.partition),
      "x-orig-offset": String(record.offset),
      "x-orig-timestamp": String(record.timestampMs),
      "x-orig-key-base64": record.key?.toString("base64") ?? "",
      "x-error-class": error.reason,
      "x-error-message": error.message.slice(0, LONGEST_MESSAGE),
      "x-failed-at": String(failedAtMs),
      "x-group": group,
    },
  };
}
