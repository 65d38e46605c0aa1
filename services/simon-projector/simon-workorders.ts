import type { OrderSettled } from "../../schemas/records.ts";
import type { Connection } from "../shared/postgres.ts";
import type { Outcome } from "./domain/settled-order.ts";
import type { EpochsTable } from "./tenant-epochs.ts";

/** Outcomes of workorders, or a session's copy of them. */
type OutcomesTable = "simon.workorder_outcomes" | "pg_temp.workorder_outcomes";

/**
 * Writes what became of workorders; an outcome that is not newer than the one that is there changes nothing, nor does one
 * of a workorder that was archived before the tenant's were emptied.
 * @returns the outcomes that were written
 */
export async function writeOutcomes(
  tx: Connection,
  outcomes: readonly Outcome[],
  table: OutcomesTable = "simon.workorder_outcomes",
  epochs: EpochsTable = "simon.tenant_epochs",
): Promise<readonly OrderSettled["outcome"][]> {
  const { rows } = await tx.query<{ outcome: OrderSettled["outcome"] }>({
    text: `with held as materialized (
       -- Waits for an emptying that is under way, and then sees it (rule A12).
       select tenant_id, workorders_emptied_at from ${epochs} where tenant_id = any($1::text[])
       order by tenant_id for share)
     insert into ${table} as known
       (tenant_id, workorder_id, outcome, order_id, code, params, archived_at, settled_at, record_offset, attempts,
        sequence)
     select tenant_id, workorder_id, outcome, order_id, code, params, to_timestamp(archived_at_ms / 1000.0),
       to_timestamp(settled_at_ms / 1000.0), record_offset, attempts, sequence
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::bigint[], $8::bigint[],
         $9::bigint[], $10::int[], $11::int[])
       settled (tenant_id, workorder_id, outcome, order_id, code, params, archived_at_ms, settled_at_ms, record_offset,
         attempts, sequence)
     where not exists (select from held where held.tenant_id = settled.tenant_id
       and held.workorders_emptied_at > to_timestamp(settled.archived_at_ms / 1000.0))
     on conflict (tenant_id, workorder_id) do update set
       outcome = excluded.outcome, order_id = excluded.order_id, code = excluded.code, params = excluded.params,
       archived_at = excluded.archived_at, settled_at = excluded.settled_at, record_offset = excluded.record_offset,
       attempts = excluded.attempts, sequence = excluded.sequence
     where ${versionOf("known")} < ${versionOf("excluded")}
     returning outcome`,
    values: [
      outcomes.map(({ tenantId }) => tenantId),
      outcomes.map(({ workorderId }) => workorderId),
      outcomes.map(({ outcome }) => outcome),
      outcomes.map(({ orderId }) => orderId),
      outcomes.map(({ code }) => code),
      outcomes.map(({ params }) => JSON.stringify(params)),
      outcomes.map(({ archivedAt }) => archivedAt),
      outcomes.map(({ settledAt }) => settledAt),
      outcomes.map(({ place }) => place),
      outcomes.map(({ attempts }) => attempts),
      outcomes.map(({ sequence }) => sequence),
    ],
  });
  return rows.map(({ outcome }) => outcome);
}

/** As in domain/settled-order.ts. */
const versionOf = (row: "known" | "excluded"): string =>
  `(${row}.sequence, ${row}.sequence > 0 and ${row}.outcome = 'written',
     case ${row}.sequence when 0 then ${row}.archived_at else '-infinity' end,
     case ${row}.sequence when 0 then ${row}.settled_at else '-infinity' end, ${row}.record_offset)`;
