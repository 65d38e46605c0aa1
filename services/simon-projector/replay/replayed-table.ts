import { TOPICS, type Topic } from "../../../schemas/topics.ts";
import type { ReplayedEntity } from "../../shared/operations/domain/replay-wish.ts";
import { SIMON_ARTICLES } from "../simon-articles.ts";
import { SIMON_CUSTOMERS } from "../simon-customers.ts";

/** A table that is filled from a topic, as a replay compares its rows. */
export type ReplayedTable = {
  readonly topic: Topic;
  /** Without its schema. */
  readonly name: "customers" | "articles" | "workorder_outcomes";
  /** Column of the id behind the tenant's. */
  readonly id: string;
  /** Columns that change with each version of a row. */
  readonly version: readonly string[];
  /** Columns that people know the row by: they are compared and shown. */
  readonly fields: readonly string[];
  /** Columns that a version may leave as an older one had them. */
  readonly merged: readonly string[];
  /** Whether the cleaning empties rows of this table and keeps their version. */
  readonly isCleaned: boolean;
};

const followed = {
  version: ["epoch", "revision", "record_offset"],
  isCleaned: true,
} as const;

const namesOf = ({
  columns,
}: {
  readonly columns: readonly { readonly name: string }[];
}): readonly string[] => columns.map(({ name }) => name);

/** What each entity is read from and written to. */
export const REPLAYED_TABLES: Readonly<Record<ReplayedEntity, ReplayedTable>> = {
  customers: {
    ...followed,
    topic: TOPICS.customerChanged,
    name: "customers",
    id: SIMON_CUSTOMERS.id,
    fields: ["state", "changed_on", ...namesOf(SIMON_CUSTOMERS)],
    merged: ["invoice_address"],
  },
  articles: {
    ...followed,
    topic: TOPICS.articleChanged,
    name: "articles",
    id: SIMON_ARTICLES.id,
    fields: ["state", "changed_on", ...namesOf(SIMON_ARTICLES)],
    merged: [],
  },
  outcomes: {
    topic: TOPICS.orderSettled,
    name: "workorder_outcomes",
    id: "workorder_id",
    version: ["sequence", "record_offset"],
    fields: ["outcome", "order_id", "code", "params", "archived_at", "settled_at", "attempts"],
    merged: [],
    isCleaned: false,
  },
};
