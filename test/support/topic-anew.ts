import assert from "node:assert/strict";
import { TOPICS } from "../../schemas/topics.ts";
import { withAdmin } from "../../services/shared/kafka/client.ts";
import { clusterIds } from "../../services/shared/kafka/log-identity.ts";
import { until } from "./until.ts";
import type { World } from "./world.ts";

/** Deletes a topic and makes it again under its old name, as a platform team or a mirror does. */
export async function makeTopicAnew(world: World, topic: keyof typeof TOPICS): Promise<void> {
  const { name } = TOPICS[topic];
  const before = await idOf(world, name);
  await withAdmin(world.kafka, (admin) => admin.deleteTopics({ topics: [world.topicPrefix + name] }));
  await until("the end of the topic", async () => (await idOf(world, name)) === undefined);
  await world.deploy();
  const after = await idOf(world, name);
  assert.ok(before !== undefined && after !== undefined && before !== after);
}

const idOf = async (world: World, name: string): Promise<string | undefined> =>
  (await clusterIds(world.kafka, [name])).topicIds.get(name);
