import assert from "node:assert/strict";
import { test } from "node:test";
import { TOPICS } from "../../../schemas/topics.ts";
import { messageLogged } from "../../../services/shared/domain/message-catalogue.ts";
import { AFTER_POISON_MS } from "../../support/limits.ts";
import { articleChanged, customerChanged, orderRequested, workorderArchived } from "../../support/records.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

type Topic = keyof typeof TOPICS;
const TENANT = "a";

/** A record that makes sense on each topic, how its effect shows, and one that decodes and makes no sense. */
const GOOD: Readonly<
  Record<Exclude<Topic, "deadLetter">, { value: object; senseless: object; effect: string }>
> = {
  customerChanged: {
    value: customerChanged(TENANT, "good", {}),
    senseless: customerChanged(TENANT, "senseless", { revision: 0 }),
    effect: "select from simon.customers where customer_id = 'good'",
  },
  articleChanged: {
    value: articleChanged(TENANT, "good", {}),
    senseless: articleChanged(TENANT, "other", {}),
    effect: "select from simon.articles where article_id = 'good'",
  },
  workorderArchived: {
    value: workorderArchived(TENANT, "good", {}),
    senseless: workorderArchived(TENANT, "senseless", { archivedAt: 0 }),
    effect: "select from log.messages where record_id = 'good' and code like 'WORKORDER%'",
  },
  orderRequested: {
    value: orderRequested(TENANT, "good", {}),
    senseless: orderRequested(TENANT, "senseless", { lines: [] }),
    effect: "select from order_writer.orders where workorder_id = 'good'",
  },
  orderSettled: {
    value: settled("good"),
    senseless: settled("other"),
    effect: "select from simon.workorder_outcomes where workorder_id = 'good'",
  },
  messageLogged: {
    value: message("good"),
    senseless: { ...message("senseless"), at: 0 },
    effect: "select from log.occurrences where record_id = 'good'",
  },
};

function settled(workorderId: string) {
  return {
    tenantId: TENANT,
    workorderId,
    workorderNumber: "WB-1",
    outcome: "written",
    orderId: "20260001",
    code: "ORDER_WRITTEN",
    params: {},
    archivedAt: 1_795_000_000_000,
    settledAt: 1_795_000_001_000,
    attempts: 1,
  };
}

function message(recordId: string) {
  return messageLogged({
    tenantId: TENANT,
    code: "UNIT4_AVAILABLE",
    recordId,
    at: 1_795_000_000_000,
    service: "test",
    occurrence: recordId,
  });
}

/** Bytes that will never decode. @param framed a good value of the topic */
function bytesOfPoison(framed: Buffer): Readonly<Record<string, Buffer>> {
  return {
    empty: Buffer.alloc(0),
    "3 bytes": Buffer.from([0, 0, 0]),
    "wrong magic": Buffer.from("01000000070241", "hex"),
    "unknown id": Buffer.concat([Buffer.from([0, 0, 15, 66, 63]), framed.subarray(5)]),
    "negative id": Buffer.concat([Buffer.from([0, 255, 255, 255, 255]), framed.subarray(5)]),
    "largest id": Buffer.concat([Buffer.from([0, 127, 255, 255, 255]), framed.subarray(5)]),
    truncated: framed.subarray(0, Math.floor(framed.length / 2)),
    "2 MB": Buffer.alloc(2 * 1024 * 1024, 7),
  };
}

const lettersOf = async (world: World, topic: string) =>
  (
    await world.pool.query<{ key: string; value: Buffer }>(
      "select convert_from(key, 'UTF8') as key, value from log.dead_letters where topic = $1 order by record_offset",
      [topic],
    )
  ).rows;

test("O21: poison on any topic gives one dead letter each, with its bytes, and the next record goes on within 5 s", async (t) => {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, [
    { database: "MVL00042", portalUser: TENANT, size: "empty" },
  ]);
  await unit4.connect({ tenantId: TENANT, database: "MVL00042" });
  await Promise.all([
    world.start("simon-projector"),
    world.start("workorder-archived"),
    world.start("order-writer", unit4.environment),
    world.start("log-sink"),
  ]);
  for (const [id, { value, senseless, effect }] of Object.entries(GOOD)) {
    const topic = id as keyof typeof GOOD;
    const { name, schema } = TOPICS[topic];
    const framed = (await world.avro.encoder<object>(name, schema)).encode(value);
    const poison = bytesOfPoison(framed);
    for (const [kind, bytes] of Object.entries(poison)) await world.send(topic, `${TENANT}/${kind}`, bytes);
    await world.send(topic, `${TENANT}/senseless`, senseless);
    await world.send(topic, `${TENANT}/${"messageId" in value ? value.messageId : "good"}`, value);
    await until(
      `the good record on ${name}`,
      async () => (await world.pool.query(effect)).rowCount,
      AFTER_POISON_MS,
    );
    const letters = await until(`the dead letters of ${name}`, async () => {
      const seen = await lettersOf(world, name);
      return seen.length >= Object.keys(poison).length + 1 ? seen : null;
    });
    assert.deepEqual(
      letters.map(({ key }) => key),
      [...Object.keys(poison), "senseless"].map((kind) => `${TENANT}/${kind}`),
      name,
    );
    for (const [kind, bytes] of Object.entries(poison))
      assert.deepEqual(
        letters.find(({ key }) => key === `${TENANT}/${kind}`)?.value,
        bytes,
        `${name}: ${kind}`,
      );
  }
  await world.send("deadLetter", `${TENANT}/stray`, Buffer.from([1, 2, 3]));
  await until(
    "a stray dead letter",
    async () => (await lettersOf(world, TOPICS.deadLetter.name)).length === 1,
  );
});
