import assert from "node:assert/strict";
import { test } from "node:test";
import type { Status } from "../../../infra/ops/status-report.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { inTransaction } from "../../../services/shared/postgres.ts";
import { groupToolLags } from "../../support/group-tool.ts";
import { ops } from "../../support/ops.ts";
import { customerChanged } from "../../support/records.ts";
import type { RunningService } from "../../support/running-service.ts";
import { until } from "../../support/until.ts";
import { createWorld, PARTITIONS, type World } from "../../support/world.ts";

const GROUP = "simon-projector";
/** Of its three topics. */
const ALL_PARTITIONS = 3 * PARTITIONS;
/** The case's own bar. */
const LAG_IS_SEEN_MS = 15_000;

async function sendCustomers(world: World, from: number, to: number): Promise<void> {
  const { name } = TOPICS.customerChanged;
  const value = await world.avro.encoder<object>(name, "customer-changed");
  await world.publisher.publish(
    Array.from({ length: to - from }, (_, index) => ({
      topic: name,
      key: `t${index % 20}/K${from + index}`,
      value: value.encode(customerChanged(`t${index % 20}`, `K${from + index}`, {})),
    })),
  );
}

const customersIn = async ({ pool }: World): Promise<number> =>
  (await pool.query("select count(*) as n from simon.customers")).rows[0].n;

/** What the three say: Kafka's own tool, the gauge, and `npm run status`; partitions without an offset are NaN. */
async function toldLags(world: World, service: RunningService) {
  const told = await groupToolLags(world.brokers, world.topicPrefix + GROUP);
  const status = JSON.parse((await ops(world, "status", "--json")).out) as Status;
  return {
    partitions: told.length,
    tool: told.reduce((sum, { lag }) => sum + (lag ?? Number.NaN), 0),
    gauge: await service.metric("simon_consumer_lag_records", { group: GROUP }),
    status: status.consumerGroups.find(({ group }) => group === GROUP)?.lag,
  };
}

const same = (lag: number) => ({ partitions: ALL_PARTITIONS, tool: lag, gauge: lag, status: lag });

test("O33: Kafka's tool, the gauge and the status say the same of lag: after a load, at rest, while stuck and after a stop", async (t) => {
  const world = await createWorld(t);
  const service = await world.start(GROUP);
  const agree = (what: string, lag: number) =>
    until(
      what,
      async () => {
        const told = await toldLags(world, service);
        return JSON.stringify(told) === JSON.stringify(same(lag)) ? told : null;
      },
      LAG_IS_SEEN_MS,
    ).catch(async () => assert.deepEqual(await toldLags(world, service), same(lag), what));

  await agree("no lag where nothing was ever sent", 0);
  await sendCustomers(world, 0, 1_300);
  await until("the load", async () => (await customersIn(world)) === 1_300);
  await agree("no lag after a load, also of partitions without records", 0);
  assert.equal(await service.metric("simon_consumer_lag_seconds"), 0);

  await inTransaction(world.pool, async (tx) => {
    // Nobody writes there; the status still reads.
    await tx.query("lock table simon.customers in exclusive mode");
    await sendCustomers(world, 1_300, 1_600);
    await agree("all of the lag behind a table lock", 300);
    const age = await service.metric("simon_consumer_lag_seconds", { topic: TOPICS.customerChanged.name });
    await until(
      "the age to grow by itself",
      async () => (await service.metric("simon_consumer_lag_seconds")) > age,
    );
    const page = await (await fetch(`${service.healthUrl}/metrics`)).text();
    assert.match(
      page,
      /^simon_consumer_lag_seconds\{group="simon-projector",topic="simon.order-settled.v1",partition="\d+",component="simon-projector"\} 0$/m,
    );
  });
  await agree("no lag after the lock", 0);

  await sendCustomers(world, 1_600, 1_650);
  await until("the last chunk", async () => (await customersIn(world)) === 1_650);
  assert.equal(await service.stop(), 0);
  const told = await groupToolLags(world.brokers, world.topicPrefix + GROUP);
  assert.deepEqual([told.length, told.filter(({ lag }) => lag !== 0)], [ALL_PARTITIONS, []], "after a stop");
});
