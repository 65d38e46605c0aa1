import { TOPICS } from "../../../schemas/topics.ts";
import { plainText } from "../domain/plain-text.ts";
import { putBackIn } from "../domain/put-back.ts";
import {
  OWN_HEADERS,
  packHeaders,
  type RecordHeader,
  textHeader,
  unpackHeaders,
} from "../domain/record-headers.ts";
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
  const { record } = poison;
  const all = unpackHeaders(record.headerBytes);
  const original = putBackIn(record) === null ? all : all.slice(0, -1);
  const letter = letterOf(group, poison, { original, failedAtMs });
  const fits = sizeOf(letter) <= TOPICS.deadLetter.maxMessageBytes && original.length <= MOST_HEADERS;
  if (record.cut === undefined && fits) return letter;
  const reference = referenceTo(record, sizeOf(letter));
  return letterOf(
    group,
    { ...poison, record: reference.record },
    { original: reference.headers, failedAtMs },
  );
}

/** With those of the letter itself it still is a record that is held whole. */
const MOST_HEADERS = RECORD_LIMITS.headers - 20;

/** What a reference keeps of a record: first bytes, and how large it is. */
function referenceTo(record: RawRecord, letterBytes: number) {
  const { firstBytes } = RECORD_LIMITS;
  const bytes = record.cut === undefined ? letterBytes : record.cut.bytes;
  return {
    record: {
      ...record,
      key: record.key?.subarray(0, firstBytes) ?? null,
      value: record.value?.subarray(0, firstBytes) ?? null,
    },
    headers: [
      textHeader("x-reference", "first bytes"),
      ...(bytes === null ? [] : [textHeader("x-bytes", String(bytes))]),
    ],
  };
}

/**
 * Original value untouched. Where it came from and why stands in headers before those of the record, which follow byte for byte: how
 * many are the letter's own says the first one, since a record may have any name itself. The key is kept where there is one (it names
 * the tenant); else the position stands in, since every record needs a key. One that was put back before comes from where it stood first,
 * so that it joins its letter.
 */
function letterOf(
  group: string,
  { record, error }: Poison,
  { original, failedAtMs }: { readonly original: readonly RecordHeader[]; readonly failedAtMs: number },
): OutgoingRecord {
  const position = `${record.topic}/${record.partition}/${record.offset}`;
  const putBack = putBackIn(record);
  const origin = putBack ?? record;
  const key = record.key === null || record.key.length === 0 ? position : record.key.toString();
  const own = Object.entries({
    "x-orig-topic": origin.topic,
    "x-orig-partition": String(origin.partition),
    "x-orig-offset": String(origin.offset),
    "x-orig-timestamp": String(record.timestampMs),
    "x-orig-key-base64": record.key?.toString("base64") ?? null,
    "x-error-class": error.reason,
    "x-error-message": plainText(error.message, LONGEST_MESSAGE),
    "x-failed-at": String(failedAtMs),
    "x-group": group,
    ...(putBack === null ? {} : { "x-attempt": String(putBack.attempt), "x-found-at": position }),
  }).map(([name, value]) => textHeader(name, value));
  const count = textHeader(OWN_HEADERS, String(own.length + 1));
  return {
    topic: TOPICS.deadLetter.name,
    key,
    value: record.value,
    headerBytes: packHeaders([count, ...own, ...original]),
  };
}
