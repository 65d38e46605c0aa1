import assert from "node:assert/strict";
import { test } from "node:test";
import { startWatching } from "../support/watching.ts";
import { createWorld } from "../support/world.ts";

test("ServiceGone, ConsumerGone and TargetDown fire when a service is killed, and resolve when it is back", async (t) => {
  const world = await createWorld(t);
  // At the address that Prometheus knows.
  const first = await world.start("log-sink");
  const HEALTH_PORT = new URL(first.healthUrl).port;
  const watching = await startWatching(t, { "log-sink": first });
  const labels = { component: "log-sink" };
  // Those of the other services, which this world does not have, fire meanwhile.
  await watching.fires("ServiceGone", { component: "console" });
  for (const name of ["ServiceGone", "ConsumerGone"]) await watching.resolves(name, labels);

  await first.kill9();
  for (const name of ["ServiceGone", "ConsumerGone"])
    assert.equal((await watching.fires(name, labels)).labels["severity"], "page");
  await watching.fires("TargetDown", { job: "log-sink" });

  await world.start("log-sink", { HEALTH_PORT });
  for (const name of ["ServiceGone", "ConsumerGone"]) await watching.resolves(name, labels);
  await watching.resolves("TargetDown", { job: "log-sink" });
});
