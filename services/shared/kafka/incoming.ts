import type { KafkaMessage } from "kafkajs";
import type { RecordDecoder } from "../avro.ts";
import { parseRecordKey } from "../domain/record-key.ts";
import { Unreadable } from "../domain/wire-format.ts";
import type { FetchedRecord } from "./fetched/packed-record.ts";

/** A record as the broker has it. */
export type RawRecord = Readonly<
  Pick<
    FetchedRecord,
    "topic" | "partition" | "offset" | "place" | "timestampMs" | "key" | "value" | "headers" | "headerBytes"
  > &
    Partial<Pick<FetchedRecord, "isStray" | "cut">>
>;

/** A decoded record; `value` is null for a tombstone, which comes only where the route takes them. */
export type Incoming<T> = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** As of the raw record. */
  readonly place: number;
  /** `tenantId/entityId`. */
  readonly key: string;
  readonly tenantId: string;
  readonly entityId: string;
  readonly value: T | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly timestampMs: number;
  /** As of the raw record. */
  readonly isStray?: boolean;
};

/** How the records of one topic are read. */
export type RecordRules<T> = {
  readonly topic: string;
  readonly decoder: RecordDecoder<T>;
  /** Whether a record without a value means something here. */
  readonly tombstones: boolean;
  /** Why a record that decodes makes no sense; null when it does. */
  readonly check: (record: Incoming<T>) => string | null;
};

export type Poison = { readonly record: RawRecord; readonly error: Unreadable };

/** The records that can be processed, in order, and the ones that never will. */
export type Sorted<T> = { readonly good: readonly Incoming<T>[]; readonly poison: readonly Poison[] };

/**
 * A message of kafkajs, whose reader of records is ours: it is the record already.
 * @param topic without the prefix
 */
export function rawRecord(topic: string, partition: number, message: KafkaMessage): RawRecord {
  const record = message as unknown as FetchedRecord;
  record.topic = topic;
  record.partition = partition;
  return record;
}

/** Says where a record stands, once that is known. */
export function placeRecord(record: RawRecord, stand: Pick<FetchedRecord, "place" | "isStray">): RawRecord {
  return Object.assign(record, stand);
}

/**
 * Decodes a chunk.
 * @throws Failure REGISTRY_UNAVAILABLE when a schema id is new and the registry is down: not the records' fault
 */
export async function readRecords<T>(
  rules: RecordRules<T>,
  records: readonly RawRecord[],
): Promise<Sorted<T>> {
  await rules.decoder.prepare(valuesOf(records));
  return sortRecords(records, (record) => readRecord(rules, record));
}

/** Reads each record; those for which `read` throws Unreadable are poison. */
export function sortRecords<Good>(
  records: readonly RawRecord[],
  read: (record: RawRecord) => Good,
): { readonly good: readonly Good[]; readonly poison: readonly Poison[] } {
  const good: Good[] = [];
  const poison: Poison[] = [];
  for (const record of records) {
    try {
      good.push(read(record));
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      poison.push({ record, error });
    }
  }
  return { good, poison };
}

function* valuesOf(records: readonly RawRecord[]): Generator<Buffer | null> {
  for (const { value, cut } of records) if (cut === undefined) yield value;
}

/** @throws Unreadable TOO_LARGE, NOT_UNPACKED when a record was not unpacked whole */
export function requireWhole({ cut }: RawRecord): void {
  if (cut !== undefined) throw new Unreadable(cut.bytes === null ? "NOT_UNPACKED" : "TOO_LARGE", cut.why);
}

function readRecord<T>(rules: RecordRules<T>, record: RawRecord): Incoming<T> {
  requireWhole(record);
  const key = record.key?.toString() ?? "";
  const parsed = parseRecordKey(key);
  if (parsed === null) throw new Unreadable("KEY_UNREADABLE", "the key is not tenantId/entityId");
  if (record.value === null && !rules.tombstones) throw new Unreadable("EMPTY", "there is no value");
  const incoming: Incoming<T> = {
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    place: record.place,
    key,
    tenantId: parsed.tenantId,
    entityId: parsed.entityId,
    value: record.value === null ? null : rules.decoder.decode(record.value),
    headers: record.headers,
    timestampMs: record.timestampMs,
    isStray: record.isStray ?? false,
  };
  const fault = rules.check(incoming);
  if (fault !== null) throw new Unreadable("MEANINGLESS", fault);
  return incoming;
}
