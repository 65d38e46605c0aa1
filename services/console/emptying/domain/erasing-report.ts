import { letsGoWithinMs, TOPICS, type Topic } from "../../../../schemas/topics.ts";
import type { SimonPart } from "./simon-parts.ts";

/** What became of the data in one place. */
export type PlaceReport = {
  /** Table or topic. */
  readonly place: string;
  readonly what: /** The rows are gone. */
    | "removed"
    /** The rows stay, without names and texts. */
    | "erased"
    /** Nothing personal is in it: numbers, hashes, times, positions. */
    | "kept"
    /** A topic drops it when it compacts, at the latest by `goneBy`. */
    | "compacted"
    /** A topic drops it by its age, at the latest by `goneBy`. */
    | "expires";
  /** Rows; null where they are not counted. */
  readonly count: number | null;
  /** When a topic will have let go of it, ISO 8601 in UTC; null for a table, where it is so now. */
  readonly goneBy: string | null;
};

type Place = Pick<PlaceReport, "place" | "what"> & { readonly counted?: string };

/** Where what was read of a list of Unit4 stands. */
const OF_A_LIST: readonly Place[] = [
  { place: "unit4_poller.snapshots", what: "removed" },
  { place: "unit4_poller.scans", what: "removed" },
  { place: "unit4_poller.scan_pages", what: "removed" },
  { place: "unit4_poller.brakes", what: "removed" },
  { place: "unit4_poller.drift", what: "removed" },
  { place: "integration.rehearsals", what: "removed" },
];

/** Where Simon's data of a part stand, whoever keeps them. `counted`: the name under which rows were counted. */
const TABLES: Readonly<Record<SimonPart, readonly Place[]>> = {
  customers: [{ place: "simon.customers", what: "removed", counted: "customers" }, ...OF_A_LIST],
  workAddresses: [{ place: "simon.work_addresses", what: "removed", counted: "workAddresses" }],
  articles: [{ place: "simon.articles", what: "removed", counted: "articles" }, ...OF_A_LIST],
  workorders: [
    { place: "simon.workorders", what: "removed", counted: "workorders" },
    { place: "simon.workorder_outcomes", what: "removed" },
    { place: "simon.workorder_numbers", what: "kept" },
    { place: "order_writer.orders", what: "erased" },
    { place: "order_writer.attempts", what: "erased" },
    { place: "order_writer.order_checks", what: "kept" },
    { place: "workorder_archived.workorders", what: "kept" },
    { place: "integration.accepted_workorders", what: "kept" },
  ],
};

/** Of every emptying, whatever was chosen. */
const ALWAYS: readonly Place[] = [
  { place: "log.messages", what: "erased" },
  { place: "log.occurrences", what: "erased" },
  { place: "log.dead_letters", what: "erased" },
  { place: "simon.preview_samples", what: "removed" },
];

/** Of a tenant that is removed. */
const REMOVAL: readonly Place[] = [
  { place: "integration.tenants", what: "erased" },
  { place: "integration.users", what: "erased" },
  { place: "integration.sessions", what: "removed" },
  { place: "integration.audit", what: "erased" },
  { place: "integration.emptyings", what: "erased" },
  { place: "integration.connections", what: "removed" },
  { place: "integration.connect_attempts", what: "removed" },
  { place: "integration.tenant_keys", what: "removed" },
  { place: "integration.api_tokens", what: "removed" },
  { place: "integration.settings_versions", what: "removed" },
  { place: "integration.settings_drafts", what: "removed" },
  { place: "integration.settings_checks", what: "removed" },
  { place: "integration.activation_rounds", what: "removed" },
  { place: "integration.tombstones_due", what: "removed" },
  { place: "order_writer.totals", what: "removed" },
  { place: "unit4_poller.totals", what: "removed" },
  { place: "integration.activations", what: "kept" },
  { place: "integration.removals", what: "kept" },
  { place: "simon.tenant_epochs", what: "kept" },
  { place: "simon.cleaning_schedules", what: "kept" },
  { place: "order_writer.emptied_tenants", what: "kept" },
  { place: "order_writer.lanes", what: "kept" },
  { place: "order_writer.check_turns", what: "kept" },
  { place: "unit4_poller.schedules", what: "kept" },
  { place: "unit4_poller.progress", what: "kept" },
  { place: "unit4_poller.resyncs", what: "kept" },
  { place: "log.emptied_tables", what: "kept" },
];

const TOPICS_OF: Readonly<Record<SimonPart, readonly Topic[]>> = {
  customers: [TOPICS.customerChanged],
  workAddresses: [TOPICS.customerChanged],
  articles: [TOPICS.articleChanged],
  workorders: [TOPICS.workorderArchived, TOPICS.orderRequested, TOPICS.orderSettled],
};

/**
 * What was done in each place, and when each topic will have let go of it.
 * @param counts rows that went from Simon, by part @param erased rows that other services erased, by table
 * @param atMs when the last tombstone was out, milliseconds since 1970 UTC
 */
export function erasingReport({
  parts,
  removes,
  counts,
  erased,
  atMs,
}: {
  readonly removes: boolean;
  readonly parts: readonly SimonPart[];
  readonly counts: Readonly<Record<string, number>>;
  readonly erased: Readonly<Record<string, number>>;
  readonly atMs: number;
}): readonly PlaceReport[] {
  const places = new Map(
    [...parts.flatMap((part) => TABLES[part]), ...ALWAYS, ...(removes ? REMOVAL : [])].map((one) => [
      one.place,
      one,
    ]),
  );
  const topics = new Set([
    ...parts.flatMap((part) => TOPICS_OF[part]),
    TOPICS.messageLogged,
    TOPICS.deadLetter,
  ]);
  return [
    ...[...places.values()].map(({ place, what, counted }): PlaceReport => {
      const count =
        what === "kept" ? null : ((counted === undefined ? erased[place] : counts[counted]) ?? null);
      return { place, what, count, goneBy: null };
    }),
    ...[...topics].map(
      (topic): PlaceReport => ({
        place: topic.name,
        what: topic.retention.kind === "compacted" ? "compacted" : "expires",
        count: null,
        goneBy: new Date(atMs + letsGoWithinMs(topic)).toISOString(),
      }),
    ),
  ];
}
