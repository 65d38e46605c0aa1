import type { Material, WorkAddress } from "../../../schemas/records.ts";
import type { Queryable } from "../../../services/shared/postgres.ts";

/** What people fill in on a workorder. */
export type WorkorderContent = {
  readonly customerId: string | null;
  readonly customerName: string;
  readonly workAddress: WorkAddress | null;
  readonly description: string;
  readonly travelMinutes: number;
  readonly workMinutes: number;
  readonly materials: readonly Material[];
};

/** Where a workorder stands: what people did with it, and after archiving what became of it (W16). */
export type WorkorderResult = "open" | "ready" | "waiting" | "written" | "refused" | "skipped" | "unknown";

export type ShownWorkorder = WorkorderContent & {
  readonly workorderId: string;
  readonly number: string;
  readonly status: "open" | "ready" | "archived";
  readonly result: WorkorderResult;
  readonly orderId: string | null;
  /** Code and parameters of the message that explains the result. */
  readonly code: string | null;
  readonly params: Readonly<Record<string, string>> | null;
  readonly createdAt: Date;
  readonly archivedAt: Date | null;
  readonly archivedBy: string;
};

const WORKORDER_COLUMNS = `workorder_id as "workorderId", number, status, result, order_id as "orderId", code, params,
  customer_id as "customerId", customer_name as "customerName", work_address as "workAddress", description,
  travel_minutes as "travelMinutes", work_minutes as "workMinutes", materials, created_at as "createdAt",
  archived_at as "archivedAt", archived_by as "archivedBy"`;

/** A tenant's latest workorders. */
export async function listWorkorders(
  db: Queryable,
  tenantId: string,
  limit: number,
): Promise<readonly ShownWorkorder[]> {
  const { rows } = await db.query<ShownWorkorder>(
    `select ${WORKORDER_COLUMNS} from simon.workorder_results
     where tenant_id = $1 order by created_at desc, number desc limit $2`,
    [tenantId, limit],
  );
  return rows;
}

/** A workorder; null when there is none of that id. */
export async function findWorkorder(
  db: Queryable,
  tenantId: string,
  workorderId: string,
): Promise<ShownWorkorder | null> {
  const { rows } = await db.query<ShownWorkorder>(
    `select ${WORKORDER_COLUMNS} from simon.workorder_results where tenant_id = $1 and workorder_id = $2`,
    [tenantId, workorderId],
  );
  return rows[0] ?? null;
}

/** Makes an open workorder; its number is given by the database. One that is there already stays as it is. */
export async function insertWorkorder(
  db: Queryable,
  tenantId: string,
  { workorderId, ...content }: WorkorderContent & { readonly workorderId: string },
): Promise<void> {
  await db.query(
    `insert into simon.workorders (tenant_id, workorder_id, customer_id, customer_name, work_address, description,
       travel_minutes, work_minutes, materials)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (tenant_id, workorder_id) do nothing`,
    [tenantId, workorderId, ...contentValues(content)],
  );
}

/** Changes an open workorder; another one stays as it is. */
export async function changeWorkorder(
  db: Queryable,
  tenantId: string,
  { workorderId, ...content }: WorkorderContent & { readonly workorderId: string },
): Promise<void> {
  await db.query(
    `update simon.workorders set customer_id = $3, customer_name = $4, work_address = $5, description = $6,
       travel_minutes = $7, work_minutes = $8, materials = $9
     where tenant_id = $1 and workorder_id = $2 and status = 'open'`,
    [tenantId, workorderId, ...contentValues(content)],
  );
}

const contentValues = (content: WorkorderContent): readonly unknown[] => [
  content.customerId,
  content.customerName,
  content.workAddress === null ? null : JSON.stringify(content.workAddress),
  content.description,
  content.travelMinutes,
  content.workMinutes,
  JSON.stringify(content.materials),
];

/** Open → ready: reported ready in full. */
export async function reportReady(db: Queryable, tenantId: string, workorderId: string): Promise<void> {
  await db.query(
    `update simon.workorders set status = 'ready', ready_at = now()
     where tenant_id = $1 and workorder_id = $2 and status = 'open'`,
    [tenantId, workorderId],
  );
}

/** Ready → archived, at the database's time (W1). The outbox publishes it. */
export async function archive(
  db: Queryable,
  tenantId: string,
  { workorderId, by }: { readonly workorderId: string; readonly by: string },
): Promise<void> {
  await db.query(
    `update simon.workorders
     set status = 'archived', archived_at = clock_timestamp(), archived_by = $3, archived_published_at = null
     where tenant_id = $1 and workorder_id = $2 and status = 'ready'`,
    [tenantId, workorderId, by],
  );
}

/** Ready or archived → open again, to change something. */
export async function reopen(db: Queryable, tenantId: string, workorderId: string): Promise<void> {
  await db.query(
    `update simon.workorders set status = 'open', ready_at = null, archived_at = null, archived_published_at = null
     where tenant_id = $1 and workorder_id = $2 and status <> 'open'`,
    [tenantId, workorderId],
  );
}
