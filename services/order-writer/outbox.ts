import type { OrderSettled } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import type { RecordEncoder } from "../shared/avro.ts";
import { crashPoint } from "../shared/crash-points.ts";
import { recordKey } from "../shared/domain/record-key.ts";
import type { Publisher } from "../shared/kafka/producer.ts";
import type { MessageLog } from "../shared/messages.ts";
import type { Pool } from "../shared/postgres.ts";
import { announcementOf, type SettledOrder } from "./domain/announcement.ts";

export type Outbox = {
  /** Publishes settled orders that were not told yet, oldest first, and marks them. @returns how many */
  publish(): Promise<number>;
};

const MOST = 500;

/**
 * Tells the outcomes that the ledger holds: published first, marked after the brokers have them. A crash in between
 * tells them again under the same ids. Any number of instances may do so at once.
 */
export function createOutbox(options: {
  readonly pool: Pool;
  readonly publisher: Publisher;
  readonly settledEncoder: RecordEncoder<OrderSettled>;
  readonly messages: MessageLog;
}): Outbox {
  const { pool, publisher, settledEncoder, messages } = options;
  return {
    publish: async () => {
      const orders = await unpublishedOrders(pool);
      if (orders.length === 0) return 0;
      const announcements = orders.map(announcementOf);
      await publisher.publish([
        ...announcements.flatMap(({ settled }) =>
          settled === null
            ? []
            : [
                {
                  topic: TOPICS.orderSettled.name,
                  key: recordKey(settled.tenantId, settled.workorderId),
                  value: settledEncoder.encode(settled),
                },
              ],
        ),
        ...messages.records(announcements.flatMap((one) => one.messages)),
      ]);
      crashPoint("outcome-told");
      await markPublished(pool, orders);
      crashPoint("outcome-marked");
      return orders.length;
    },
  };
}

async function unpublishedOrders(pool: Pool): Promise<readonly SettledOrder[]> {
  const { rows } = await pool.query<
    Omit<SettledOrder, "archivedAt" | "settledAt"> & { archivedAt: Date; settledAt: Date }
  >(
    `select request, state, order_id as "orderId", code, params, attempts, archived_at as "archivedAt", sequence,
       date_trunc('milliseconds', settled_at) as "settledAt"
     from order_writer.orders where settled_at is not null and published_at is null
     order by settled_at limit $1`,
    [MOST],
  );
  return rows.map((row) => ({
    ...row,
    archivedAt: row.archivedAt.getTime(),
    settledAt: row.settledAt.getTime(),
  }));
}

/** Only rows that are still as they were told: one that was settled anew meanwhile is told again. */
async function markPublished(pool: Pool, orders: readonly SettledOrder[]): Promise<void> {
  await pool.query(
    `update order_writer.orders o set published_at = now()
     from unnest($1::text[], $2::text[], $3::bigint[]) as told (tenant_id, workorder_id, settled_ms)
     where o.tenant_id = told.tenant_id and o.workorder_id = told.workorder_id
       and date_trunc('milliseconds', o.settled_at) = to_timestamp(told.settled_ms::double precision / 1000)`,
    [
      orders.map(({ request }) => request.tenantId),
      orders.map(({ request }) => request.workorderId),
      orders.map(({ settledAt }) => settledAt),
    ],
  );
}
