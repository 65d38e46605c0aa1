import { TOPICS } from "../../../schemas/topics.ts";
import { plainText } from "../domain/plain-text.ts";
import { RECORD_LIMITS } from "../domain/record-limits.ts";
import type { Poison, RawRecord } from "./incoming.ts";
import type { KafkaTelemetry } from "./kafka-telemetry.ts";
import { type OutgoingRecord, type Publisher, sizeOf } from "./producer.ts";

export type DeadLetters = {
  /**
   * Sets records aside, with their original bytes and headers or, where those do not fit, by reference: place, size and
   * first bytes. Resolves when the broker has them.
   */
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

/** The letter with the record's bytes, or one that only refers to it where those do not fit (case O55). */
function deadLetterRecord(group: string, poison: Poison, failedAtMs: number): OutgoingRecord {
  const letter = letterOf(group, poison, failedAtMs);
  const { record } = poison;
  if (record.cut === undefined && sizeOf(letter) <= TOPICS.deadLetter.maxMessageBytes) return letter;
  return letterOf(group, { ...poison, record: referenceTo(record, sizeOf(letter)) }, failedAtMs);
}

/** What a reference keeps of a record: first bytes, and how large it is. */
function referenceTo(record: RawRecord, letterBytes: number): RawRecord {
  const { firstBytes } = RECORD_LIMITS;
  const bytes = record.cut === undefined ? letterBytes : record.cut.bytes;
  return {
    ...record,
    key: record.key?.subarray(0, firstBytes) ?? null,
    value: record.value?.subarray(0, firstBytes) ?? null,
    headers: { "x-reference": "first bytes", ...(bytes === null ? {} : { "x-bytes": String(bytes) }) },
  };
}

/**
 * Original value and headers untouched, where it came from and why in `x-` headers. The key is kept where there is
 * one (it names the tenant); else the position stands in, since every record needs a key.
 */
function letterOf(group: string, { record, error }: Poison, failedAtMs: number): OutgoingRecord {
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
      "x-error-message": plainText(error.message, LONGEST_MESSAGE),
      "x-failed-at": String(failedAtMs),
      "x-group": group,
    },
  };
}
