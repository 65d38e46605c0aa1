import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { isAnyoneWaiting, leaseDueTenants } from "../../../services/unit4-poller/schedule.ts";
import { createPollerWorld } from "../../support/poller-world.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

/** So long that what a busy machine adds to a gap is little beside it; a tenant that is held up waits for many of these. */
const INTERVAL_MS = 4_000;
const POLLS = 4;
const HEALTHY_LIST = "/api/MVL99999/CustomerInfoList";

for (const silent of [24, 100])
  test(`O54: ${silent} tenants whose Unit4 takes calls and stays silent hold up no other`, (t) =>
    holdUpNobody(t, silent));

test("O54: tenants whose last turn failed wait for each other, and a healthy one makes room for none of them", async (t) => {
  const { world, erp, poller, turn } = await createPollerWorld(t, [
    { database: "MVL00001", portalUser: "vos", size: "empty" },
    { database: "MVL00002", portalUser: "bos", size: "empty" },
  ]);
  for (const [tenantId, database] of [
    ["vos", "MVL00001"],
    ["bos", "MVL00002"],
  ] as const)
    await erp.connect({ tenantId, database });
  erp.multivers.intercept = ({ database }) => (database === "MVL00001" ? { status: 500 } : null);
  await turn("vos");
  await turn("bos");
  await world.pool.query("update unit4_poller.schedules set next_due_at = now()");
  const leased = async (failing: boolean) => {
    const leases = await leaseDueTenants(poller.pool, { limit: 10, leaseMs: 60_000, by: "test", failing });
    return leases.map(({ tenantId }) => tenantId);
  };
  assert.deepEqual(await leased(false), ["bos"]);
  assert.equal(await isAnyoneWaiting(poller.pool), false, "the one that is due waits for its kind");
  assert.deepEqual(await leased(true), ["vos"]);
});

async function holdUpNobody(t: TestContext, count: number): Promise<void> {
  const world = await createWorld(t);
  const silent = Array.from({ length: count }, (_, index) => ({
    database: `MVL${String(index + 1).padStart(5, "0")}`,
    portalUser: `silent-${index}`,
    size: "empty" as const,
  }));
  const healthy = { database: "MVL99999", portalUser: "healthy", size: "small" as const };
  const erp = await createUnit4World(t, world, [healthy, ...silent]);
  const { multivers } = erp;
  const pollsFrom = (index: number) =>
    multivers.requests.slice(index).filter(({ path }) => path === HEALTHY_LIST);
  /** The longest time between polls of the healthy tenant: from the last one before `from` to some after this moment. */
  const longestGapMs = async (from: number): Promise<number> => {
    const before = multivers.requests.slice(0, from).findLast(({ path }) => path === HEALTHY_LIST);
    const now = multivers.requests.length;
    await until("polls of the healthy tenant", () => pollsFrom(now).length >= POLLS);
    const times = [...(before === undefined ? [] : [before]), ...pollsFrom(from)].map(({ atMs }) => atMs);
    return Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? 0)));
  };
  multivers.faults.set(
    silent.map(({ database }) => ({
      id: database,
      match: { database },
      effect: { kind: "hang", ms: 600_000 },
    })),
  );
  await erp.connect({ tenantId: healthy.portalUser, database: healthy.database });
  // Before anything is measured, since connecting keeps this process busy, and the emulated Unit4 is in it.
  for (const { portalUser, database } of silent) await erp.connect({ tenantId: portalUser, database });
  await world.pool.query(
    "update integration.connections set parked_until = now() + interval '1 hour' where tenant_id <> $1",
    [healthy.portalUser],
  );
  await world.start("unit4-poller", { ...erp.environment, UNIT4_POLLER_INTERVAL_MS: String(INTERVAL_MS) });
  await until("the first load", () => pollsFrom(0).length >= 2);
  const quietMs = await longestGapMs(multivers.requests.length);
  const from = multivers.requests.length;
  await world.pool.query("update integration.connections set parked_until = null");
  await until("a silent call", () =>
    multivers.requests.some(({ database }) => database !== healthy.database),
  );
  const gapMs = await longestGapMs(from);
  assert.ok(gapMs <= 2 * quietMs, `${gapMs} ms between polls, ${quietMs} ms in quiet times`);
}
