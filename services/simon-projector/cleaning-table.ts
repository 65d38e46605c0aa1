import type { Connection } from "../shared/postgres.ts";
import type { Candidate, CleanedEntity } from "./domain/cleaning.ts";

/** A stretch of a tenant's candidates, in the order of their ids. */
export type Page = { readonly tenantId: string; readonly afterId: string; readonly limit: number };

/** A table of Simon that the cleaning goes through; all of it while the tenant is held. */
export type CleanedTable = {
  readonly entity: CleanedEntity;
  /** Rows that do not belong in Simon any more, with the open workorders that use them. */
  candidates(tx: Connection, page: Page): Promise<readonly Candidate[]>;
  remove(tx: Connection, tenantId: string, ids: readonly string[]): Promise<void>;
  /** Notes that rows are kept, and that it was said. */
  keep(tx: Connection, tenantId: string, ids: readonly string[]): Promise<void>;
};
