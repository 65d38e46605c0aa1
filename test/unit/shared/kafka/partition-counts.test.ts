import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { KafkaClient } from "../../../../services/shared/kafka/client.ts";
import { createPartitionCounts } from "../../../../services/shared/kafka/partition-counts.ts";

/** A cluster in which topics can go; says which were asked for. */
function cluster(t: TestContext, topics: Readonly<Record<string, number>>) {
  t.mock.timers.enable({ apis: ["Date"] });
  const counts = new Map(Object.entries(topics));
  const asked: (readonly string[])[] = [];
  const admin = {
    connect: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
    fetchTopicMetadata: ({ topics: names }: { readonly topics: readonly string[] }) => {
      asked.push(names);
      const missing = names.find((name) => !counts.has(name));
      return missing === undefined
        ? Promise.resolve({
            topics: names.map((name) => ({ name, partitions: Array(counts.get(name)).fill({}) })),
          })
        : Promise.reject(new Error(`UNKNOWN_TOPIC_OR_PARTITION: ${missing}`));
    },
  };
  const client = { kafka: { admin: () => admin }, topicPrefix: "" } as unknown as KafkaClient;
  return { client, asked, lose: (topic: string) => counts.delete(topic) };
}

test("a number of partitions that is older than 10 s is looked up again, of the topics that are sent to", async (t) => {
  const { client, asked } = cluster(t, { changes: 12, orders: 4 });
  const counts = await createPartitionCounts(client, ["changes", "orders"]);
  assert.equal((await counts.current(["changes"])).get("changes"), 12);
  assert.equal(asked.length, 1);
  t.mock.timers.tick(10_000);
  assert.equal((await counts.current(["orders", "orders"])).get("orders"), 4);
  assert.deepEqual(asked.at(-1), ["orders"]);
  await counts.current(["orders"]);
  assert.equal(asked.length, 2);
});

test("a topic that is gone stops nobody who sends to others", async (t) => {
  const { client, lose } = cluster(t, { changes: 12, orders: 4 });
  const counts = await createPartitionCounts(client, ["changes", "orders"]);
  lose("changes");
  t.mock.timers.tick(10_000);
  assert.equal((await counts.current(["orders"])).get("orders"), 4);
  await assert.rejects(counts.current(["changes"]), { code: "KAFKA_UNAVAILABLE" });
});
