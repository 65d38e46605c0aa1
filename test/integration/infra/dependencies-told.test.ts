import assert from "node:assert/strict";
import { test } from "node:test";
import { COMPONENTS } from "../../support/all-metrics.ts";
import { consoleSettings } from "../../support/all-services.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

test("every service tells when PostgreSQL, Kafka and the registry last answered it: who tells nothing counts as cut off", async (t) => {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, []);
  await Promise.all(
    COMPONENTS.map(async (component) => {
      const own = component === "console" ? await consoleSettings(t) : {};
      const service = await world.start(component, { ...unit4.environment, ...own });
      for (const dependency of ["postgres", "kafka", "registry"])
        await until(
          `${component} and ${dependency}`,
          async () =>
            (await service.metric("simon_dependency_last_success_timestamp_seconds", { dependency })) > 0,
        );
      assert.equal(await service.metric("simon_build_info", { component }), 1);
    }),
  );
});
