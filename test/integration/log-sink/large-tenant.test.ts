import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessageLogged } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { logEntry } from "../../../services/log-sink/domain/log-entry.ts";
import { storeMessages } from "../../../services/log-sink/message-store.ts";
import { messageLogged } from "../../../services/shared/domain/message-catalogue.ts";
import { partitionFor } from "../../../services/shared/domain/partitioner.ts";
import { inTransaction } from "../../../services/shared/postgres.ts";
import { until } from "../../support/until.ts";
import { createWorld, PARTITIONS } from "../../support/world.ts";

const MESSAGES = 20_000;
const LARGE = "large";
const partitionOf = (tenantId: string): number => partitionFor(Buffer.from(tenantId), PARTITIONS);
/** One of each partition in which the large tenant is not. */
const OTHERS = Array.from({ length: PARTITIONS }, (_, partition) => partition)
  .filter((partition) => partition !== partitionOf(LARGE))
  .map((partition) => {
    for (let number = 0; ; number += 1)
      if (partitionOf(`other-${number}`) === partition) return `other-${number}`;
  });

const refused = (tenantId: string, recordId: string): MessageLogged =>
  messageLogged({
    ...{ tenantId, recordId, recordName: recordId, service: "workorder-archived" },
    code: "WORKORDER_WITHOUT_CUSTOMER",
    params: { number: recordId },
    at: Date.parse("2026-11-24T10:00:00Z"),
    occurrence: 1,
  });

test(`L6: a tenant of ${MESSAGES} messages holds up those of no other partition, and none is lost`, async (t) => {
  const world = await createWorld(t);
  const { name: topic, schema } = TOPICS.messageLogged;
  const encoder = await world.avro.encoder<MessageLogged>(topic, schema);
  const record = (message: MessageLogged) => ({
    topic,
    key: `${message.tenantId}/${message.messageId}`,
    value: encoder.encode(message),
  });
  // All of it is there before anybody reads, the others' behind the large tenant's.
  await world.publisher.publish(
    Array.from({ length: MESSAGES }, (_, index) => record(refused(LARGE, `w${index}`))),
  );
  await world.publisher.publish(OTHERS.map((tenantId) => record(refused(tenantId, "w"))));
  await world.start("log-sink");

  const stored = async (): Promise<{ readonly large: number; readonly others: number }> => {
    const { rows } = await world.pool.query<{ large: number; others: number }>(
      `select count(*) filter (where tenant_id = $1)::int as large,
         count(distinct tenant_id) filter (where tenant_id <> $1)::int as others from log.messages`,
      [LARGE],
    );
    return rows[0] ?? { large: 0, others: 0 };
  };
  const then = await until("the others' messages", async () => {
    const seen = await stored();
    return seen.others === OTHERS.length ? seen : null;
  });
  assert.ok(then.large < MESSAGES / 2, `${then.large} of the large tenant came before the others`);
  await until("all messages", async () => (await stored()).large === MESSAGES, 120_000);
});

test("L5: where a table was emptied a tenant's open messages are closed in slices, however many there are", async (t) => {
  const world = await createWorld(t);
  const [open, mostAtOnce] = [25_000, 10_000];
  await world.pool.query(
    `insert into log.messages (tenant_id, code, kind, record_table, record_id, record_name, params, service, correlation_id,
       occurrence_count, first_at, last_at)
     select $1, 'WORKORDER_WITHOUT_CUSTOMER', 'error', 'workorder', 'w' || i, 'w' || i, '{}', 'workorder-archived', '', 1,
       now() - interval '1 day', now() - interval '1 day' from generate_series(1, $2::integer) i`,
    [LARGE, open],
  );
  const emptied = logEntry(
    messageLogged({
      ...{ tenantId: LARGE, recordId: "*", service: "console", occurrence: 1, at: Date.now() },
      code: "WORKORDERS_EMPTIED",
      closes: ["WORKORDER_WITHOUT_CUSTOMER"],
    }),
  );
  const changed: number[] = [];
  await inTransaction(world.pool, async (tx) => {
    const query = tx.query.bind(tx) as (
      text: string,
      values: unknown[],
    ) => Promise<{ rowCount: number | null }>;
    const counting = async (text: string, values: unknown[]) => {
      const result = await query(text, values);
      changed.push(result.rowCount ?? 0);
      return result;
    };
    await storeMessages(Object.assign(Object.create(tx), { query: counting }), [emptied]);
  });
  const { rows } = await world.pool.query<{ left: number }>(
    "select count(*)::int as left from log.messages where closed_at is null and kind = 'error'",
  );
  assert.equal(rows[0]?.left, 0);
  assert.equal(Math.max(...changed), mostAtOnce);
});
