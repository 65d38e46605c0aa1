import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuditedRequest } from "../../../infra/sandbox/multivers/audit/audit-entry.ts";
import { orderRequested } from "../../support/records.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

const TENANTS = 60;
const LANES = 8;
const POLLS = 4;
const PROBES = 4;
const LATENCY_MS = 100;
/** Longer than several rests of a lane and of a poll. */
const OUTAGE_MS = 10_000;

/** Requests under way at one time at most, and those that came within one second. */
function peaksOf(requests: readonly AuditedRequest[]) {
  const moments = requests
    .flatMap(({ atMs, endedAtMs }) => [
      { atMs, change: 1 },
      { atMs: endedAtMs ?? Number.POSITIVE_INFINITY, change: -1 },
    ])
    // What ends and what begins in the same millisecond are not under way together.
    .toSorted((one, other) => one.atMs - other.atMs || one.change - other.change);
  let [inFlight, most] = [0, 0];
  for (const { change } of moments) {
    inFlight += change;
    most = Math.max(most, inFlight);
  }
  const starts = requests.map(({ atMs }) => atMs).toSorted((one, other) => one - other);
  const perSecond = starts.map((from) => starts.filter((at) => at >= from && at < from + 1_000).length);
  return { inFlight: most, startsPerSecond: Math.max(0, ...perSecond) };
}

test("F37: when Unit4 comes back calls do not come all at once, however many tenants wait", async (t) => {
  const world = await createWorld(t);
  const tenants = Array.from({ length: TENANTS }, (_, index) => ({
    portalUser: `t${index}`,
    database: `MVL${String(index + 1).padStart(5, "0")}`,
    size: "small" as const,
  }));
  const { multivers, connect, environment } = await createUnit4World(t, world, tenants);
  for (const { portalUser, database } of tenants) await connect({ tenantId: portalUser, database });
  multivers.settings.change({ latencyMs: LATENCY_MS });
  multivers.faults.set([{ id: "away", match: {}, effect: { kind: "answer", status: 503, body: "" } }]);
  const beganAt = Date.now();
  for (const { portalUser, database } of tenants) {
    const { customers, products } = multivers.administration(database);
    const customer = [...customers.values()].find(({ customerStateId }) => customerStateId === "A");
    const product = [...products.values()].find(
      ({ productState, productType }) => productState === 0 && productType === 0,
    );
    assert.ok(customer && product);
    const { customerId, paymentConditionId, vatScenarioId } = customer;
    const line = { kind: "article", articleId: product.productId, articleType: 0, quantity: "2", text: "" };
    const request = orderRequested(portalUser, "1", { customerId, paymentConditionId, vatScenarioId });
    await world.send("orderRequested", `${portalUser}/1`, { ...request, lines: [line] });
  }
  await world.start("order-writer", {
    ...environment,
    ...{ ORDER_WRITER_LANES: String(LANES), ORDER_WRITER_RECONCILE_TURNS: "0" },
    ...{ ORDER_WRITER_QUARANTINE_MS: "2000", ORDER_WRITER_LOOKUP_PAUSE_MS: "500" },
  });
  await world.start("unit4-poller", {
    ...environment,
    ...{ UNIT4_POLLER_INTERVAL_MS: "60000", UNIT4_POLLER_ADDRESS_BUDGET: "0" },
    ...{ UNIT4_POLLER_CONCURRENCY: String(POLLS), UNIT4_POLLER_PROBES: String(PROBES) },
    UNIT4_POLLER_SILENT_CALLS: "0",
  });
  const hasFailed = (method: string) =>
    new Set(multivers.audit.requests().flatMap((one) => (one.method === method ? [one.database] : []))).size;
  await until(
    "the outage to have met every tenant",
    () => hasFailed("POST") === TENANTS && hasFailed("GET") === TENANTS && Date.now() - beganAt > OUTAGE_MS,
    60_000,
  );

  multivers.faults.clear();
  const backAt = Date.now();
  const isWritten = async () => {
    const { rows } = await world.pool.query<{ count: number }>(
      "select count(*)::int as count from order_writer.orders where state = 'written'",
    );
    return rows[0]?.count === TENANTS;
  };
  await until("all orders", isWritten, 120_000);
  const requests = multivers.audit.requests();
  const during = requests.filter(({ atMs }) => atMs < backAt);
  const after = requests.filter(({ atMs }) => atMs >= backAt);
  const peak = peaksOf(after);
  t.diagnostic(
    `${during.length} requests in ${backAt - beganAt} ms of outage, ${after.length} in ${Date.now() - backAt} ms after it; ` +
      `then at most ${peak.inFlight} under way and ${peak.startsPerSecond} begun within a second`,
  );
  assert.ok(peak.inFlight <= LANES + POLLS + PROBES, `${peak.inFlight} under way`);
  assert.ok(
    peak.startsPerSecond <= after.length / 3,
    `${peak.startsPerSecond} of ${after.length} in a second`,
  );
  for (const { database } of tenants) assert.equal(multivers.administration(database).orders.length, 1);
});
