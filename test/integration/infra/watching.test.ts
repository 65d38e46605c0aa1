import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { TOPICS } from "../../../schemas/topics.ts";
import { inTransaction } from "../../../services/shared/postgres.ts";
import { declaredSeries } from "../../support/all-metrics.ts";
import { startAll } from "../../support/all-services.ts";
import { boardQueries, mayBeEmpty } from "../../support/board-queries.ts";
import { assertFlow } from "../../support/pipeline-flow.ts";
import { customerChanged } from "../../support/records.ts";
import type { RunningService } from "../../support/running-service.ts";
import { ROOT } from "../../support/source-files.ts";
import { until } from "../../support/until.ts";
import { startWatching } from "../../support/watching.ts";
import { createWorld } from "../../support/world.ts";

/** What Prometheus itself says of a scrape. */
const MOST_SERIES = 5_000;

test("every panel of every board has data of a pipeline that runs, but for those that say why not", async (t) => {
  const running: RunningService[] = [];
  const pipeline = await assertFlow(t, {
    startServices: async (world, unit4) => {
      running.push(await startAll(t, world, { ...unit4, UNIT4_POLLER_INTERVAL_MS: "1000" }));
    },
  });
  const [all] = running;
  assert.ok(all !== undefined);
  const watching = await startWatching(t, { all });
  await pipeline.archive("11");

  for (const { where, expr } of boardQueries("10s"))
    if (!mayBeEmpty.has(where))
      await until(`data for ${where}: ${expr}`, async () => (await watching.query(expr)).length > 0);
  // A query that is wrong is an error, also where nothing has to be there.
  for (const { expr } of boardQueries("10s")) await watching.query(expr);

  const [series] = await watching.query("max(scrape_samples_scraped)");
  assert.ok(Number(series?.value[1]) < MOST_SERIES, `${series?.value[1]} series`);
  const known = await declaredSeries();
  const page = await (await fetch(`${all.healthUrl}/metrics`)).text();
  for (const [, name = ""] of page.matchAll(/^(simon_\w+)\{/gm)) assert.ok(known.has(name), name);
  assert.equal((await watching.fires("Watchdog")).labels["severity"], "none");
});

test("a consumer that stands still and a record that cannot be read call somebody, with a runbook, until they are mended", async (t) => {
  const world = await createWorld(t);
  const service = await world.start("simon-projector");
  const watching = await startWatching(t, { "simon-projector": service });
  const { name: topic } = TOPICS.customerChanged;
  const labels = { component: "simon-projector", topic };
  // Counted once before it goes up, as in an installation that has run for a while.
  await until(
    "a scrape",
    async () => (await watching.query(`simon_dead_letters_total{topic="${topic}"}`)).length > 0,
  );

  await world.send("customerChanged", "t1/poison", Buffer.from("poison"));
  const letters = await watching.fires("DeadLetters", labels);
  assert.equal(letters.labels["severity"], "ticket");
  await watching.resolves("DeadLetters", labels);

  await inTransaction(world.pool, async (tx) => {
    await tx.query("lock table simon.customers in exclusive mode");
    await world.send("customerChanged", "t1/K1", customerChanged("t1", "K1", {}));
    const { labels: told, annotations } = await watching.fires("ConsumerStuck", labels);
    assert.equal(told["severity"], "page");
    const file = annotations["runbook_url"]?.split("/").at(-1) ?? "none";
    assert.ok(existsSync(join(ROOT, "infra/docs/runbooks", file)), file);
    assert.match(
      annotations["summary"] ?? "",
      /simon-projector reads nothing of unit4\.customer-changed\.v1/,
    );
  });
  await watching.resolves("ConsumerStuck", labels);
});
