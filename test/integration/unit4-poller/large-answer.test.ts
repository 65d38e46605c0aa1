import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

const TENANTS = 10;
const ROWS = 44_000;
const BYTES = 60_000_000;
const MOST_RESIDENT_KB = 256 * 1024;
/** As services are started, see decision 0006. */
const SMALL_HEAP = {
  NODE_OPTIONS: "--max-semi-space-size=4 --max-old-space-size=512",
  MALLOC_ARENA_MAX: "2",
  MALLOC_MMAP_THRESHOLD_: "131072",
};

test("O56: ten tenants whose Unit4 ignores $top and gives 60 MB in one answer: all rows over, below 256 MB", async (t) => {
  const world = await createWorld(t);
  const tenants = Array.from({ length: TENANTS }, (_, index) => ({
    database: `MVL0000${index}`,
    portalUser: `large-${index}`,
    size: "empty" as const,
  }));
  const erp = await createUnit4World(t, world, tenants);
  const template = erp.multivers.administration("MVL00000").putCustomer({ customerId: "K" });
  const padding = "x".repeat(
    Math.floor(BYTES / ROWS) - JSON.stringify({ ...template, remarks: "" }).length - 6,
  );
  const rows = Array.from({ length: ROWS }, (_, index) =>
    JSON.stringify({ ...template, customerId: `K${100_000 + index}`, remarks: padding }),
  );
  const body = Buffer.from(`[${rows.join(",")}]`);
  assert.ok(Math.abs(body.length - BYTES) < 1_000_000, `${body.length} bytes`);
  const headers = { "content-type": "application/json" };
  erp.multivers.intercept = ({ path, query }) => {
    if (!path.endsWith("/CustomerInfoList")) return null;
    return (query.get("$skip") ?? "0") === "0" ? { headers, body } : { headers, body: "[]" };
  };
  for (const { portalUser, database } of tenants) await erp.connect({ tenantId: portalUser, database });
  const service = await world.start("unit4-poller", { ...erp.environment, ...SMALL_HEAP });
  const loaded = async (): Promise<number> =>
    (
      await world.pool.query(
        `select count(*)::int as loaded from unit4_poller.progress
         where entity = 'customer' and done = $1 and finished_at is not null`,
        [ROWS],
      )
    ).rows[0]?.loaded;
  await until("all rows of all tenants", async () => (await loaded()) === TENANTS);
  const status = readFileSync(`/proc/${service.pid}/status`, "utf8");
  const peakKb = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]);
  t.diagnostic(`peak of ${Math.round(peakKb / 1024)} MB`);
  assert.ok(peakKb < MOST_RESIDENT_KB, `${Math.round(peakKb / 1024)} MB resident`);
  const published = await service.metric("simon_changes_published_total", {
    entity: "customer",
    change: "present",
  });
  assert.equal(published, TENANTS * ROWS);
});
