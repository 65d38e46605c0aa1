import type { Topic } from "../../schemas/topics.ts";
import type { Avro } from "../../services/shared/avro.ts";
import { Unreadable } from "../../services/shared/domain/wire-format.ts";
import type { KafkaClient } from "../../services/shared/kafka/client.ts";
import { readAll } from "./read-all.ts";

export type SeenRecord<T> = {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  /** Decoded; null for a tombstone and for bytes that do not decode. */
  readonly value: T | null;
  readonly bytes: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
};

/** Every record of a topic at this moment. */
export async function readTopic<T>(
  kafka: KafkaClient,
  avro: Avro,
  topic: Topic,
): Promise<readonly SeenRecord<T>[]> {
  const records = await readAll(kafka, topic.name);
  const decoder = topic.schema === null ? null : avro.decoder<T>(topic.schema);
  await decoder?.prepare(records.map(({ value }) => value));
  return records.map((record) => ({
    partition: record.partition,
    offset: record.offset,
    key: record.key?.toString() ?? "",
    value:
      decoder === null || record.value === null
        ? null
        : decodeOrNull(() => decoder.decode(record.value as Buffer)),
    bytes: record.value,
    headers: record.headers,
  }));
}

function decodeOrNull<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}
