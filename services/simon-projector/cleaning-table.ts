import type { Connection } from "../shared/postgres.ts";
import type { Candidate, CleanedEntity } from "./domain/cleaning.ts";
import type { TableDescription } from "./table-description.ts";

/** A stretch of a tenant's candidates, in the order of their ids. */
type Page = { readonly tenantId: string; readonly afterId: string; readonly limit: number };

/** A table of Simon that the cleaning goes through; all of it while the tenant is locked. */
export type CleanedTable = {
  readonly entity: CleanedEntity;
  /** Rows that do not belong in Simon any more, with the open workorders that use them. */
  candidates(tx: Connection, page: Page): Promise<readonly Candidate[]>;
  remove(tx: Connection, tenantId: string, ids: readonly string[]): Promise<void>;
  /** Notes that rows are kept, and that it was said. */
  keep(tx: Connection, tenantId: string, ids: readonly string[]): Promise<void>;
};

/**
 * What the cleaning does with a table.
 * @param options.uses SQL: the table's id and the numbers, as `workorders`, of the open workorders of tenant $1 that use it
 * @param options.livesOn SQL: what a row lives on as, a `LivesOn` in jsonb; null where nothing would be lost with it
 * @param options.cleared SQL: assignments that take away what is about a person
 * @param options.removeBeside removes what hangs on the rows
 */
export function cleanedTable(
  { entity, table, id, shownAs }: Pick<TableDescription<never>, "entity" | "table" | "id" | "shownAs">,
  options: {
    readonly uses: string;
    readonly livesOn: string;
    readonly cleared: string;
    readonly removeBeside: (tx: Connection, tenantId: string, ids: readonly string[]) => Promise<void>;
  },
): CleanedTable {
  return {
    entity,
    candidates: async (tx, { tenantId, afterId, limit }) => {
      const { rows } = await tx.query<Candidate>(
        `with uses as materialized (${options.uses})
         select ${id} as "entityId", ${shownAs} as name, epoch, revision,
           (extract(epoch from updated_at) * 1000)::bigint as "updatedAtMs", kept_since is not null as "isKept",
           coalesce(workorders, '{}') as workorders, ${options.livesOn} as "livesOn"
         from ${table} left join uses using (${id})
         where tenant_id = $1 and ${id} > $2
           and (state in ('inactive', 'gone') or (origin = 'simon' and state <> 'removed'))
         order by ${id}
         limit $3`,
        [tenantId, afterId, limit],
      );
      return rows;
    },
    remove: async (tx, tenantId, ids) => {
      await options.removeBeside(tx, tenantId, ids);
      // No event can bring back what was added by hand, so nothing has to be kept of it.
      await tx.query(`delete from ${table} where tenant_id = $1 and ${id} = any($2) and origin = 'simon'`, [
        tenantId,
        ids,
      ]);
      // The version stays, so that a replay does not bring the row back.
      await tx.query(
        `update ${table} set state = 'removed', kept_since = null, warned = false, updated_at = now()${options.cleared}
         where tenant_id = $1 and ${id} = any($2)`,
        [tenantId, ids],
      );
    },
    keep: async (tx, tenantId, ids) => {
      await tx.query(`update ${table} set kept_since = now() where tenant_id = $1 and ${id} = any($2)`, [
        tenantId,
        ids,
      ]);
    },
  };
}
