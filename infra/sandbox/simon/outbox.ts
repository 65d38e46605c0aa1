import type { Material, WorkAddress, WorkorderArchived } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import type { RecordEncoder } from "../../../services/shared/avro.ts";
import { recordKey } from "../../../services/shared/domain/record-key.ts";
import type { Publisher } from "../../../services/shared/kafka/producer.ts";
import { createLoop, type Loop, type LoopContext } from "../../../services/shared/loop.ts";
import { type Connection, inTransaction, type Pool } from "../../../services/shared/postgres.ts";

const BATCH_ROWS = 100;
const LOOK_EVERY_MS = 1_000;

/**
 * Publishes archived workorders: rows that were not published yet go to Kafka and are marked once it has them, so none
 * is lost; one that is published twice is known by its id.
 */
export const createOutbox = (context: LoopContext<"outbox">, tools: OutboxTools): Loop =>
  createLoop(context, {
    name: "outbox",
    everyMs: LOOK_EVERY_MS,
    lost: "Archived workorders are no longer published",
    beat: async () => (await publishBatch(tools)) === BATCH_ROWS,
  });

type OutboxTools = {
  readonly pool: Pool;
  readonly publisher: Publisher;
  readonly encoder: RecordEncoder<WorkorderArchived>;
};

async function publishBatch({ pool, publisher, encoder }: OutboxTools): Promise<number> {
  return inTransaction(pool, async (tx) => {
    const archived = await unpublishedWorkorders(tx);
    if (archived.length === 0) return 0;
    await publisher.publish(
      archived.map((workorder) => ({
        topic: TOPICS.workorderArchived.name,
        key: recordKey(workorder.tenantId, workorder.workorderId),
        value: encoder.encode(workorder),
      })),
    );
    await markPublished(tx, archived);
    return archived.length;
  });
}

type ArchivedRow = Omit<WorkorderArchived, "workAddress" | "materials" | "archivedAt" | "retry"> & {
  readonly workAddress: WorkAddress | null;
  readonly materials: readonly Material[];
  readonly archivedAt: Date;
};

async function unpublishedWorkorders(tx: Connection): Promise<readonly WorkorderArchived[]> {
  const { rows } = await tx.query<ArchivedRow>(
    `select tenant_id as "tenantId", workorder_id as "workorderId", number as "workorderNumber",
       customer_id as "customerId", work_address as "workAddress", description, ready_at is not null as "reportedReady",
       travel_minutes as "travelMinutes", work_minutes as "workMinutes", materials, archived_at as "archivedAt",
       archived_by as "archivedBy"
     from simon.workorders
     where status = 'archived' and archived_published_at is null
     order by archived_at
     limit $1
     for update skip locked`,
    [BATCH_ROWS],
  );
  return rows.map((row) => ({ ...row, archivedAt: row.archivedAt.getTime(), retry: null }));
}

async function markPublished(tx: Connection, archived: readonly WorkorderArchived[]): Promise<void> {
  await tx.query(
    `update simon.workorders w set archived_published_at = now()
     from unnest($1::text[], $2::text[]) published (tenant_id, workorder_id)
     where w.tenant_id = published.tenant_id and w.workorder_id = published.workorder_id`,
    [archived.map(({ tenantId }) => tenantId), archived.map(({ workorderId }) => workorderId)],
  );
}
