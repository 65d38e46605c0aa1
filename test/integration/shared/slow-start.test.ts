import assert from "node:assert/strict";
import { test } from "node:test";
import { freePort } from "../../support/free-port.ts";
import { processTree } from "../../support/process-tree.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

test("a service that never becomes ready ends with its world, and none starts after it", async (t) => {
  const children = processTree(process.pid);
  const others = children.living().length;
  let world: World | undefined;
  let starting: Promise<unknown> | undefined;
  await t.test("a world whose test ends while a service starts", async (inner) => {
    world = await createWorld(inner);
    const withoutKafka = { KAFKA_BROKERS: `127.0.0.1:${await freePort()}` };
    starting = world.start("log-sink", withoutKafka).catch((error: unknown) => error);
    await until("its process", () => children.living().length === others + 1);
  });
  assert.equal(children.living().length, others);
  assert.match(String(await starting), /log-sink did not become ready; its log:/);
  await assert.rejects(async () => world?.start("log-sink"), /the world has ended/);
});
