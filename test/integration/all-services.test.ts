import assert from "node:assert/strict";
import { createServer } from "node:net";
import { type TestContext, test } from "node:test";
import { startAll } from "../support/all-services.ts";
import { createUnit4World } from "../support/unit4-world.ts";
import { until } from "../support/until.ts";
import { createWorld } from "../support/world.ts";

async function createRig(t: TestContext) {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, []);
  return {
    world,
    start: (changed: Readonly<Record<string, string>> = {}) =>
      startAll(t, world, { ...unit4.environment, ...changed }),
  };
}

/** What a log says of an event: the services that had it. */
const saidBy = (lines: readonly string[], event: string): readonly string[] =>
  lines.flatMap((line) => {
    const service = /"service":"([^"]+)"/.exec(line)?.[1];
    return service !== undefined && line.includes(`"event":"${event}"`) ? [service] : [];
  });

test("one of several services in a process that cannot start ends it, and is the one that is named", async (t) => {
  const { start } = await createRig(t);
  const taken = createServer().listen(0, "127.0.0.1");
  t.after(() => taken.close());
  await until("a port", () => taken.address() !== null);
  const { port } = taken.address() as { port: number };
  for (const [changed, service] of [
    [{ LOG_SINK_PASSWORD: "not hers" }, "log-sink"],
    [{ CONSOLE_PORT: String(port) }, "console"],
  ] as const)
    await assert.rejects(start(changed), (error: Error) => {
      assert.deepEqual(saidBy(error.message.split("\n"), "service_start_failed"), [service]);
      return true;
    });
});

test("one that fails in the middle ends all of them, with exit code 1 and its name", async (t) => {
  const { world, start } = await createRig(t);
  const all = await start();
  await world.pool.query("drop table log.positions");
  await world.send("deadLetter", "bos/1", Buffer.from("any"));
  assert.equal(await all.ended, null);
  assert.equal(await all.stop(), 1);
  assert.deepEqual(saidBy(all.lines, "service_failed").slice(0, 1), ["log-sink"]);
  assert.equal(saidBy(all.lines, "service_stopped").length, 6);
});

test("settings that several services lack are named for each of them", async (t) => {
  const { start } = await createRig(t);
  await assert.rejects(start({ TOKEN_KEYS: "none" }), (error: Error) => {
    for (const service of ["unit4-poller", "order-writer", "console"])
      assert.match(error.message, new RegExp(`^${service}: [^\n]*\n  TOKEN_KEYS: `, "m"));
    assert.doesNotMatch(error.message, /^log-sink: /m);
    return true;
  });
});
