import type { Queryable } from "../../shared/postgres.ts";
import type { Kept, RetryCandidate, RetryChoice, Told } from "./domain/retry.ts";

/**
 * Workorders of a tenant that became no order, or those asked for by name whatever became of them. What only the ledger
 * knows counts in the activation that it is of: of an earlier one, Simon's workorders were emptied (rule A12). Of a cause
 * there may be some that no longer have it: planRetry knows which.
 * @param db as a role that may read the schemas `simon` and `order_writer`
 */
export async function retryCandidates(
  db: Queryable,
  tenantId: string,
  choice: RetryChoice,
): Promise<readonly RetryCandidate[]> {
  const { told, kept, value } = wantedBy(choice);
  const { rows } = await db.query<CandidateRow>(
    `with wanted as (
       select workorder_id from simon.workorder_outcomes where tenant_id = $1 and ${told}
       union
       select workorder_id from order_writer.orders
       where tenant_id = $1 and (request ->> 'epoch')::int = (select epoch from integration.tenants where tenant_id = $1)
         and ${kept})
     select workorder_id as "workorderId",
       coalesce(told.params ->> 'number', kept.request ->> 'workorderNumber', '') as number,
       coalesce(kept.order_id, told.order_id) as "orderId",
       told.outcome, told.code as "toldCode", told.archived_at as "toldArchivedAt", told.settled_at as "toldSettledAt",
       told.sequence as "toldSequence", coalesce((kept.request ->> 'sequence')::int, 0) as "keptSequence",
       kept.state, kept.code as "keptCode", kept.archived_at as "keptArchivedAt",
       date_trunc('milliseconds', kept.settled_at) as "keptSettledAt",
       (kept.request ->> 'requestedAt')::bigint as "requestedAt"
     from wanted
     left join (select * from simon.workorder_outcomes where tenant_id = $1) told using (workorder_id)
     left join (select * from order_writer.orders where tenant_id = $1) kept using (workorder_id)`,
    [tenantId, value],
  );
  return rows.map((row) => ({
    workorderId: row.workorderId,
    number: row.number,
    orderId: row.orderId,
    told: toldOf(row),
    kept: keptOf(row),
  }));
}

/** Conditions on outcomes and on the ledger, each one that an index answers, and what stands for $2 in them. */
function wantedBy({ workorder, picked = null, cause }: RetryChoice): {
  readonly told: string;
  readonly kept: string;
  readonly value: string | readonly string[] | null;
} {
  if (workorder !== null)
    return {
      told: "(workorder_id = $2 or params ->> 'number' = $2)",
      kept: "(workorder_id = $2 or request ->> 'workorderNumber' = $2)",
      value: workorder,
    };
  if (picked !== null)
    return { told: "workorder_id = any($2)", kept: "workorder_id = any($2)", value: picked };
  return {
    told: "outcome in ('refused', 'skipped') and ($2::text is null or code = $2)",
    kept: "state = 'refused' and ($2::text is null or code = $2)",
    value: cause,
  };
}

type CandidateRow = {
  readonly workorderId: string;
  readonly number: string;
  readonly orderId: string | null;
  readonly outcome: Told["outcome"] | null;
  readonly toldCode: string | null;
  readonly toldArchivedAt: Date | null;
  readonly toldSettledAt: Date | null;
  readonly toldSequence: number | null;
  readonly keptSequence: number | null;
  readonly state: Kept["state"] | null;
  readonly keptCode: string | null;
  readonly keptArchivedAt: Date | null;
  readonly keptSettledAt: Date | null;
  readonly requestedAt: number | null;
};

const toldOf = ({
  outcome,
  toldCode,
  toldSequence,
  toldArchivedAt,
  toldSettledAt,
}: CandidateRow): Told | null =>
  outcome === null
    ? null
    : {
        outcome,
        code: toldCode ?? "",
        sequence: toldSequence ?? 0,
        archivedAt: toldArchivedAt?.getTime() ?? 0,
        settledAt: toldSettledAt?.getTime() ?? 0,
      };

const keptOf = ({
  state,
  keptCode,
  keptSequence,
  keptArchivedAt,
  keptSettledAt,
  requestedAt,
}: CandidateRow): Kept | null =>
  state === null
    ? null
    : {
        state,
        code: keptCode ?? "",
        sequence: keptSequence ?? 0,
        archivedAt: keptArchivedAt?.getTime() ?? 0,
        settledAt: keptSettledAt?.getTime() ?? null,
        requestedAt: requestedAt ?? 0,
      };
