import assert from "node:assert/strict";
import { test } from "node:test";
import { makeTopics } from "../../../infra/deploy/topics.ts";
import type { OrderSettled } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { partitionFor } from "../../../services/shared/domain/partitioner.ts";
import { askReplay, replayed } from "../../support/replays.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

const TOPIC = TOPICS.orderSettled.name;
const [BEFORE, AFTER] = [12, 48];

test("M16, O71: a replay of a tenant reads where it stood before the topic got more partitions, too", async (t) => {
  const world = await createWorld(t, { partitions: BEFORE });
  const among = (tenantId: string, count: number) => partitionFor(Buffer.from(tenantId), count);
  const tenantId =
    Array.from({ length: 20 }, (_, number) => `tenant-${number}`).find(
      (one) => among(one, BEFORE) !== among(one, AFTER),
    ) ?? "";
  const outcome = (workorderId: string): OrderSettled => ({
    ...{ tenantId, workorderId, workorderNumber: workorderId, outcome: "written", orderId: "26001" },
    ...{ code: "", params: {}, archivedAt: 1, settledAt: 1, attempts: 1, sequence: 1 },
  });
  const outcomes = async (): Promise<number> =>
    (await world.pool.query("select from simon.workorder_outcomes")).rowCount ?? 0;
  await world.send("orderSettled", `${tenantId}/before`, outcome("before"));
  await world.start("simon-projector");
  await until("the outcome", async () => (await outcomes()) === 1);
  await makeTopics({
    config: world.config,
    partitions: BEFORE,
    raiseTo: new Map([[TOPIC, AFTER]]),
    report: () => {},
  });
  await until("the new partitions", async () => {
    const { rows } = await world.pool.query<{ count: number }>(
      "select count(*)::int as count from simon.positions where topic = $1",
      [TOPIC],
    );
    return rows[0]?.count === AFTER;
  });
  await world.pool.query("delete from simon.workorder_outcomes");
  const asked = await askReplay(world, { entity: "outcomes", tenantIds: [tenantId] }, true);
  assert.equal((await replayed(world, asked)).rowsWritten, 1);
  assert.equal(await outcomes(), 1);
});
