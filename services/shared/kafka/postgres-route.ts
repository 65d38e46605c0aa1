import type { Connection } from "../postgres.ts";
import {
  type Incoming,
  type Poison,
  type RawRecord,
  type RecordRules,
  readRecords,
  requireWhole,
  sortRecords,
} from "./incoming.ts";
import type { OutgoingRecord } from "./producer.ts";

/** What is done with the records of one topic. */
export type PostgresRoute = {
  readonly topic: string;
  prepare(records: readonly RawRecord[]): Promise<PreparedChunk>;
};

/** A chunk, decoded. `apply` works on a stretch of what can be applied: all of it, or less to find a culprit. */
export type PreparedChunk = {
  readonly poison: readonly Poison[];
  readonly originals: readonly RawRecord[];
  apply(tx: Connection, from: number, to: number): Promise<readonly OutgoingRecord[]>;
};

/**
 * A route of Avro records. `apply` runs in the transaction that moves the position and gives records to publish; the
 * brokers have them before the commit, so a repeat must be harmless, by ids that are derived and not drawn.
 */
export function route<T>(
  options: RecordRules<T> & {
    readonly apply: (tx: Connection, records: readonly Incoming<T>[]) => Promise<readonly OutgoingRecord[]>;
  },
): PostgresRoute {
  return {
    topic: options.topic,
    prepare: async (records) => {
      const { good, poison } = await readRecords(options, records);
      const poisoned = new Set(poison.map(({ record }) => record));
      return {
        poison,
        originals: records.filter((record) => !poisoned.has(record)),
        apply: (tx, from, to) => options.apply(tx, good.slice(from, to)),
      };
    },
  };
}

/** A route of records as they are, such as dead letters: nothing in it is poison but what was not unpacked whole. */
export function rawRoute(options: {
  readonly topic: string;
  readonly apply: (tx: Connection, records: readonly RawRecord[]) => Promise<readonly OutgoingRecord[]>;
}): PostgresRoute {
  return {
    topic: options.topic,
    prepare: async (records) => {
      const { good, poison } = sortRecords(records, (record) => {
        requireWhole(record);
        return record;
      });
      return {
        poison,
        originals: good,
        apply: (tx, from, to) => options.apply(tx, good.slice(from, to)),
      };
    },
  };
}
