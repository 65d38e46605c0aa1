/** The contract between the services: one row per topic. Nothing else knows topic names, partitions or retention. */

const DAY_MS = 24 * 60 * 60 * 1000;

/** What a topic keeps: the latest of each key for ever after a full history of `historyMs`, or everything for `keepMs`. */
type Retention =
  | { readonly kind: "compacted"; readonly historyMs: number }
  | { readonly kind: "expiring"; readonly keepMs: number };

export type Topic = {
  readonly name: string;
  /** What a record's key is made of. The partition comes from the part before the first slash: the tenant id. */
  readonly key: "tenantId/entityId" | "tenantId/workorderId" | "tenantId/messageId" | "as received";
  /** Avro file (without suffix) under schemas/; null where the value is the original bytes of another topic. */
  readonly schema: string | null;
  /** The log-sink puts records back that it was given as dead letters. */
  readonly producers: readonly string[];
  readonly consumers: readonly string[];
  /** Services that look single records up in it. */
  readonly searchedBy?: readonly string[];
  /** With how many it is made. */
  readonly partitions: number;
  /** With how few an earlier release made it: one that is there has a multiple of that. */
  readonly partitionsAtFirst: number;
  readonly retention: Retention;
  /** Largest record batch in bytes that the broker takes. */
  readonly maxMessageBytes: number;
};

const MEBIBYTE = 1024 * 1024;
const STATE: Retention = { kind: "compacted", historyMs: 7 * DAY_MS };
const FACT: Retention = { kind: "expiring", keepMs: 90 * DAY_MS };
const REPORT: Retention = { kind: "expiring", keepMs: 30 * DAY_MS };

export const TOPICS = {
  customerChanged: {
    name: "unit4.customer-changed.v1",
    key: "tenantId/entityId",
    schema: "customer-changed",
    producers: ["unit4-poller", "simon-projector", "console", "log-sink"],
    consumers: ["simon-projector"],
    searchedBy: ["log-sink"],
    partitions: 48,
    partitionsAtFirst: 12,
    retention: STATE,
    maxMessageBytes: 4 * MEBIBYTE,
  },
  articleChanged: {
    name: "unit4.article-changed.v1",
    key: "tenantId/entityId",
    schema: "article-changed",
    producers: ["unit4-poller", "simon-projector", "console", "log-sink"],
    consumers: ["simon-projector"],
    searchedBy: ["log-sink"],
    partitions: 48,
    partitionsAtFirst: 12,
    retention: STATE,
    maxMessageBytes: 4 * MEBIBYTE,
  },
  workorderArchived: {
    name: "simon.workorder-archived.v1",
    key: "tenantId/workorderId",
    schema: "workorder-archived",
    producers: ["simon", "console", "log-sink"],
    consumers: ["workorder-archived"],
    searchedBy: ["console", "log-sink"],
    partitions: 48,
    partitionsAtFirst: 12,
    retention: FACT,
    maxMessageBytes: 4 * MEBIBYTE,
  },
  orderRequested: {
    name: "unit4.order-requested.v1",
    key: "tenantId/workorderId",
    schema: "order-requested",
    producers: ["workorder-archived", "log-sink"],
    consumers: ["order-writer"],
    searchedBy: ["log-sink"],
    partitions: 48,
    partitionsAtFirst: 12,
    retention: FACT,
    maxMessageBytes: 4 * MEBIBYTE,
  },
  orderSettled: {
    name: "simon.order-settled.v1",
    key: "tenantId/workorderId",
    schema: "order-settled",
    producers: ["workorder-archived", "order-writer", "log-sink"],
    consumers: ["simon-projector"],
    searchedBy: ["log-sink"],
    partitions: 48,
    partitionsAtFirst: 12,
    retention: FACT,
    maxMessageBytes: 4 * MEBIBYTE,
  },
  messageLogged: {
    name: "integration.message-logged.v1",
    key: "tenantId/messageId",
    schema: "message-logged",
    producers: [
      "unit4-poller",
      "simon-projector",
      "workorder-archived",
      "order-writer",
      "console",
      "log-sink",
    ],
    consumers: ["log-sink"],
    partitions: 48,
    partitionsAtFirst: 6,
    retention: REPORT,
    maxMessageBytes: 4 * MEBIBYTE,
  },
  deadLetter: {
    name: "pipeline.dead-letter.v1",
    key: "as received",
    schema: null,
    producers: ["simon-projector", "workorder-archived", "order-writer", "log-sink"],
    consumers: ["log-sink"],
    partitions: 3,
    partitionsAtFirst: 3,
    retention: REPORT,
    maxMessageBytes: 8 * MEBIBYTE,
  },
} as const satisfies Record<string, Topic>;

/** Segments roll after this, so that compaction and expiry reach what is in them. */
export const SEGMENT_MS = DAY_MS;

/**
 * How long after its tombstone, or its writing, a topic still has a record at most: what it keeps, a segment, and a day for brokers to
 * do it.
 */
export const letsGoWithinMs = ({ retention }: Topic): number =>
  (retention.kind === "compacted" ? retention.historyMs : retention.keepMs) + SEGMENT_MS + DAY_MS;

/** Registry subject of a topic's value (TopicNameStrategy). */
export const subjectOf = (topic: string): string => `${topic}-value`;
