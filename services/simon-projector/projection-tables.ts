/** Where the projection writes: Simon's own tables, or a session's copies of them of which nothing stays. */
export type ProjectionTables = {
  readonly schema: "simon" | "pg_temp";
  /** Behind the names of the tables in which rows are staged: they belong to whoever made them first in a session. */
  readonly staging: string;
};

export const SIMON_TABLES: ProjectionTables = { schema: "simon", staging: "" };
