import assert from "node:assert/strict";
import { test } from "node:test";
import { countDeadLetters } from "../../../services/log-sink/dead-letter-figures.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

test("dead letters that are kept are counted with the age of the oldest, and told by the service", async (t) => {
  const world = await createWorld(t);
  assert.deepEqual(await countDeadLetters(world.pool), { count: 0, oldestSeconds: 0 });
  await world.pool.query(
    `insert into log.dead_letters (topic, partition, record_offset, consumer_group, reason, detail, headers, failed_at)
     select 'a', 0, n, 'g', 'EMPTY', '', '{}', now() - n * interval '1 minute' from generate_series(0, 10004) n`,
  );
  const { count, oldestSeconds } = await countDeadLetters(world.pool);
  assert.equal(count, 10_000, "no more are counted");
  assert.ok(Math.abs(oldestSeconds - 10_004 * 60) < 60);

  const service = await world.start("log-sink");
  await until("the figures", async () => (await service.metric("simon_dead_letters_kept")) === 10_000);
  assert.ok((await service.metric("simon_dead_letter_oldest_age_seconds")) >= 10_004 * 60);
  for (const dependency of ["postgres", "kafka", "registry"])
    await until(
      dependency,
      async () =>
        (await service.metric("simon_dependency_last_success_timestamp_seconds", { dependency })) > 0,
    );
  assert.equal(await service.metric("simon_build_info", { component: "log-sink" }), 1);
});
