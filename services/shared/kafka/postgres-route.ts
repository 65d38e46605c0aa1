import type { NewMessage } from "../domain/message-catalogue.ts";
import type { Connection } from "../postgres.ts";
import { type Incoming, type Poison, type RawRecord, type Reading, readRecords } from "./incoming.ts";

/** What is done with the records of one topic. */
export type PostgresRoute = {
  readonly topic: string;
  prepare(records: readonly RawRecord[]): Promise<PreparedChunk>;
};

/** A chunk, decoded. `apply` works on a stretch of what can be applied: all of it, or less to find a culprit. */
export type PreparedChunk = {
  readonly poison: readonly Poison[];
  readonly originals: readonly RawRecord[];
  apply(tx: Connection, from: number, to: number): Promise<readonly NewMessage[]>;
};

/**
 * A route of Avro records. `apply` runs in the transaction that moves the position and gives messages, which are
 * published before the commit; their derived ids make a repeat harmless.
 */
export function route<T>(
  options: Reading<T> & {
    readonly apply: (tx: Connection, records: readonly Incoming<T>[]) => Promise<readonly NewMessage[]>;
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

/** A route of records as they are, such as dead letters: nothing in it is poison. */
export function rawRoute(options: {
  readonly topic: string;
  readonly apply: (tx: Connection, records: readonly RawRecord[]) => Promise<readonly NewMessage[]>;
}): PostgresRoute {
  return {
    topic: options.topic,
    prepare: async (records) => ({
      poison: [],
      originals: records,
      apply: (tx, from, to) => options.apply(tx, records.slice(from, to)),
    }),
  };
}
