import type { WorkorderArchived } from "../../../schemas/records.ts";
import { recordKey } from "../../shared/domain/record-key.ts";
import type { Queryable } from "../../shared/postgres.ts";
import type { KnownOfWorkorder } from "./domain/judgement.ts";

/** What is known of a workorder, whoever knows it. */
export type KnownWorkorder = KnownOfWorkorder & {
  /** Ids of its events, in the order of the topic; ids are hexadecimal. */
  readonly events: readonly string[];
  /** The one that was decided last. */
  readonly latest: string;
};

type Row = {
  readonly tenantId: string;
  readonly workorderId: string;
  readonly events: readonly string[];
  readonly latest: string;
  readonly decision: KnownOfWorkorder["decision"];
  readonly state: string | null;
  readonly ledgerSequence: number;
  readonly outcome: string | null;
  readonly code: string;
  readonly outcomeSequence: number;
  readonly emptiedBefore: number | null;
};

/** What is known of these workorders, by `tenantId/workorderId`; one that was never decided is absent. */
export async function knownWorkorders(
  db: Queryable,
  workorders: readonly Pick<WorkorderArchived, "tenantId" | "workorderId">[],
): Promise<ReadonlyMap<string, KnownWorkorder>> {
  const { rows } = await db.query<Row>(
    `select tenant_id as "tenantId", workorder_id as "workorderId",
       array(select replace(event::text, '-', '') from unnest(known.events) with ordinality one (event, place) order by place) as events,
       replace(coalesce(known.decided_event, known.events[cardinality(known.events)])::text, '-', '') as latest, known.decision,
       ledger.state, coalesce(ledger.sequence, 0) as "ledgerSequence", told.outcome, coalesce(told.code, '') as code,
       coalesce(told.sequence, 0) as "outcomeSequence", emptied.epoch as "emptiedBefore"
     from unnest($1::text[], $2::text[]) wanted (tenant_id, workorder_id)
     join workorder_archived.workorders known using (tenant_id, workorder_id)
     left join order_writer.orders ledger using (tenant_id, workorder_id)
     left join simon.workorder_outcomes told using (tenant_id, workorder_id)
     left join order_writer.emptied_tenants emptied using (tenant_id)`,
    [workorders.map(({ tenantId }) => tenantId), workorders.map(({ workorderId }) => workorderId)],
  );
  return new Map(rows.map((row) => [recordKey(row.tenantId, row.workorderId), knownOf(row)]));
}

function knownOf(row: Row): KnownWorkorder {
  const { events, latest, decision, state, outcome, code, emptiedBefore } = row;
  return {
    ...{ events, latest, decision, emptiedBefore },
    ledger: state === null ? null : { state, sequence: row.ledgerSequence },
    outcome: outcome === null ? null : { outcome, code, sequence: row.outcomeSequence },
  };
}
