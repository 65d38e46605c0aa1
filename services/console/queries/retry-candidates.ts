import type { Queryable } from "../../shared/postgres.ts";
import type { Kept, RetryCandidate, Told } from "../domain/retry.ts";

/**
 * Workorders of a tenant that became no order, or the one asked for by id or number whatever became of it. What only the
 * ledger knows counts in the activation that it is of: of an earlier one, Simon's workorders were emptied (rule A12).
 * @param db as a role that may read the schemas `simon` and `order_writer`
 */
export async function retryCandidates(
  db: Queryable,
  tenantId: string,
  workorder: string | null,
): Promise<readonly RetryCandidate[]> {
  const { rows } = await db.query<CandidateRow>(
    `with wanted as (
       select workorder_id from simon.workorder_outcomes
       where tenant_id = $1 and case when $2::text is null then outcome in ('refused', 'skipped')
         else workorder_id = $2 or params ->> 'number' = $2 end
       union
       select workorder_id from order_writer.orders
       where tenant_id = $1 and (request ->> 'epoch')::int = (select epoch from integration.tenants where tenant_id = $1)
         and case when $2::text is null then state = 'refused'
           else workorder_id = $2 or request ->> 'workorderNumber' = $2 end)
     select workorder_id as "workorderId",
       coalesce(told.params ->> 'number', kept.request ->> 'workorderNumber', '') as number,
       told.outcome, told.code as "toldCode", told.archived_at as "toldArchivedAt", told.settled_at as "toldSettledAt",
       kept.state, kept.code as "keptCode", kept.archived_at as "keptArchivedAt",
       date_trunc('milliseconds', kept.settled_at) as "keptSettledAt",
       (kept.request ->> 'requestedAt')::bigint as "requestedAt"
     from wanted
     left join (select * from simon.workorder_outcomes where tenant_id = $1) told using (workorder_id)
     left join (select * from order_writer.orders where tenant_id = $1) kept using (workorder_id)`,
    [tenantId, workorder],
  );
  return rows.map((row) => ({
    workorderId: row.workorderId,
    number: row.number,
    told: toldOf(row),
    kept: keptOf(row),
  }));
}

type CandidateRow = {
  readonly workorderId: string;
  readonly number: string;
  readonly outcome: Told["outcome"] | null;
  readonly toldCode: string | null;
  readonly toldArchivedAt: Date | null;
  readonly toldSettledAt: Date | null;
  readonly state: Kept["state"] | null;
  readonly keptCode: string | null;
  readonly keptArchivedAt: Date | null;
  readonly keptSettledAt: Date | null;
  readonly requestedAt: number | null;
};

const toldOf = ({ outcome, toldCode, toldArchivedAt, toldSettledAt }: CandidateRow): Told | null =>
  outcome === null
    ? null
    : {
        outcome,
        code: toldCode ?? "",
        archivedAt: toldArchivedAt?.getTime() ?? 0,
        settledAt: toldSettledAt?.getTime() ?? 0,
      };

const keptOf = ({
  state,
  keptCode,
  keptArchivedAt,
  keptSettledAt,
  requestedAt,
}: CandidateRow): Kept | null =>
  state === null
    ? null
    : {
        state,
        code: keptCode ?? "",
        archivedAt: keptArchivedAt?.getTime() ?? 0,
        settledAt: keptSettledAt?.getTime() ?? null,
        requestedAt: requestedAt ?? 0,
      };
