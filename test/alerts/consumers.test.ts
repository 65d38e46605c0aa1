import assert from "node:assert/strict";
import { test } from "node:test";
import { TOPICS } from "../../schemas/topics.ts";
import { inTransaction } from "../../services/shared/postgres.ts";
import { makeReadOnly } from "../support/read-only.ts";
import { customerChanged } from "../support/records.ts";
import { makeTopicAnew } from "../support/topic-anew.ts";
import { until } from "../support/until.ts";
import { startWatching } from "../support/watching.ts";
import { createWorld } from "../support/world.ts";

const LABELS = { component: "simon-projector" };
const { name: topic } = TOPICS.customerChanged;

test("ConsumerStuck, ConsumerBehind and LoopStuck fire while somebody locks tables", async (t) => {
  const world = await createWorld(t);
  const service = await world.start("simon-projector");
  const watching = await startWatching(t, { "simon-projector": service });
  const meant = [
    ["ConsumerStuck", { ...LABELS, topic }],
    ["ConsumerBehind", { ...LABELS, topic }],
    ["LoopStuck", { ...LABELS, loop: "presence" }],
  ] as const;
  for (const [name, labels] of meant) assert.equal(await watching.find(name, labels), null, name);
  await inTransaction(world.pool, async (tx) => {
    await tx.query("lock table simon.customers in exclusive mode");
    await tx.query("lock table integration.instances in access exclusive mode");
    await world.send("customerChanged", "t1/K1", customerChanged("t1", "K1", {}));
    for (const [name, labels] of meant) await watching.fires(name, labels);
  });
  for (const [name, labels] of meant) await watching.resolves(name, labels);
});

test("TopicChanged fires when a topic is made anew, PostgresDown when the database takes no writes", async (t) => {
  const world = await createWorld(t);
  const service = await world.start("simon-projector");
  const watching = await startWatching(t, { "simon-projector": service });
  await until("a scrape", async () => (await watching.query("simon_topics_made_anew_total")).length > 0);
  await makeTopicAnew(world, "customerChanged");
  await watching.fires("TopicChanged", { ...LABELS, topic });

  await makeReadOnly(world, "on");
  await watching.fires("PostgresDown", LABELS);
  await makeReadOnly(world, "off");
  await watching.resolves("PostgresDown", LABELS);
  await watching.resolves("TopicChanged", LABELS);
});
