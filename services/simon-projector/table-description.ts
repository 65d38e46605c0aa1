import type { CopyValue } from "./copy-rows.ts";
import type { Change } from "./domain/newest-rows.ts";

/** A table of Simon that follows a change topic. Column lists of statements come from here; their skeletons do not. */
export type TableDescription<T extends Change, Body = unknown, Stored = never> = {
  readonly entity: "customer" | "article";
  readonly table: "simon.customers" | "simon.articles" | "pg_temp.customers" | "pg_temp.articles";
  /** Column of Unit4's id. */
  readonly id: "customer_id" | "article_id";
  /** Column that people know a row by. */
  readonly shownAs: "name" | "description";
  /** The fields of a change; null where it came without them. */
  readonly bodyOf: (change: T) => Body | null;
  /** The columns that hold those fields, in the order in which they are staged. */
  readonly columns: readonly Column<T, Body>[];
  /** The change that makes such a row; `stored` has its columns by name, and `<name>_known` for each of type jsonb. */
  readonly changeOf: (head: Change, entityId: string, stored: Stored | null) => T;
};

type Column<T, Body> = {
  readonly name: string;
  /** Type in Postgres. */
  readonly type: "text" | "integer" | "bigint" | "numeric" | "jsonb";
  readonly value: (body: Body, change: T) => CopyValue;
  /** What a present row gets, where it is not simply the new value. */
  readonly merged?: string;
};
