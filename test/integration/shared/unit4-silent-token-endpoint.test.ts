import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Unit4Tenant } from "../../../services/shared/unit4/http/errors.ts";
import { createRig, isTokenCall, LINDE, PAGE, type Rig } from "../../support/unit4-rig.ts";
import { until } from "../../support/until.ts";

/** Much shorter than a call of the token endpoint may take (30 s), much longer than one that nobody holds up. */
const AT_ONCE_MS = 8_000;

/** Linde, whose token endpoint answers, and others for whom it accepts and stays silent. */
async function createSilence(
  t: TestContext,
  silentTenants: number,
): Promise<{ readonly rig: Rig; readonly silent: readonly Unit4Tenant[] }> {
  const silent = Array.from({ length: silentTenants }, (_, index) => ({
    tenantId: `silent-${index}`,
    administration: `MVL1${String(index).padStart(4, "0")}`,
  }));
  const rig = await createRig(t, {
    rotateRefreshTokens: true,
    administrations: [LINDE, { tenantId: "bos", administration: "MVL00077" }, ...silent].map((one) => ({
      database: one.administration,
      name: one.tenantId,
      portalUser: one.tenantId,
      portalPassword: "demo",
      size: 20,
    })),
  });
  for (const { tenantId } of silent) await rig.connect(tenantId);
  rig.multivers.intercept = (request) =>
    isTokenCall(request) && request.owner?.startsWith("silent") ? { delayMs: 60_000 } : null;
  return { rig, silent };
}

/** What is left of everybody's token, of an hour. */
const leaveMinutes = (rig: Rig, minutes: number) =>
  rig.pool.query(
    `update integration.connections
     set expires_at = now() + $1 * interval '1 minute', refreshed_at = now() - (60 - $1) * interval '1 minute'`,
    [minutes],
  );

async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const begin = performance.now();
  const result = await work();
  const took = Math.round(performance.now() - begin);
  assert.ok(took < ms, `it took ${took} ms`);
  return result;
}

for (const minutes of [4, 1])
  test(`O62: 24 tenants whose token endpoint is silent use a token that has ${minutes} minutes left, and hold up nobody`, async (t) => {
    const { rig, silent } = await createSilence(t, 24);
    await leaveMinutes(rig, minutes);
    const before = await rig.connection("linde");
    const unit4 = rig.client();
    const outcomes = await within(AT_ONCE_MS, () =>
      Promise.all(
        [...silent, LINDE, ...silent, LINDE].map((tenant) => unit4.fetchCustomerPage(tenant, PAGE)),
      ),
    );
    assert.deepEqual(new Set(outcomes.map(({ kind }) => kind)), new Set(["ok"]));
    await until(
      "linde's renewal, beside",
      async () => !(await rig.connection("linde")).access_token.equals(before.access_token),
      20_000,
    );
    // One renewal each, for all that was asked meanwhile.
    await until("a renewal for each", () => rig.tokenCalls() > silent.length);
    assert.equal(rig.tokenCalls(), silent.length + 1);
  });

test("O62: tenants whose token has expired and whose endpoint is silent hold up nobody else's renewal", async (t) => {
  const { rig, silent } = await createSilence(t, 24);
  await leaveMinutes(rig, -1);
  const unit4 = rig.client();
  const waiting = silent.map((tenant) => unit4.fetchCustomerPage(tenant, PAGE));
  await until("the silence", () => rig.tokenCalls() === silent.length);
  const outcome = await within(AT_ONCE_MS, () => unit4.fetchCustomerPage(LINDE, PAGE));
  assert.equal(outcome.kind, "ok");
  await unit4.close(AbortSignal.abort());
  const kinds = new Set((await Promise.all(waiting)).map(({ kind }) => kind));
  assert.deepEqual(kinds, new Set(["unavailable"]));
});

test("O62: more silent tenants than places: once found silent they share a few, and the others' stay free", async (t) => {
  const { rig, silent } = await createSilence(t, 12);
  await leaveMinutes(rig, -1);
  let laterMs = 0;
  const unit4 = rig.client(
    { renewals: 8, tokenTimeoutMs: 1_500, getTimeoutMs: 20_000 },
    { now: () => Date.now() + laterMs },
  );
  const found = await Promise.all(silent.map((tenant) => unit4.fetchCustomerPage(tenant, PAGE)));
  assert.deepEqual(new Set(found.map(({ kind }) => kind)), new Set(["unavailable"]));

  laterMs = 60_000;
  const asked = rig.tokenCalls();
  const again = silent.map((tenant) => unit4.fetchCustomerPage(tenant, PAGE));
  await until("the next call for a silent one", () => rig.tokenCalls() > asked);
  assert.equal((await within(1_400, () => unit4.fetchCustomerPage(LINDE, PAGE))).kind, "ok");
  await unit4.close(AbortSignal.abort());
  await Promise.all(again);
});

test("O62: a renewal holds no connection and no row: a tenant can be told to rest, and be connected, meanwhile", async (t) => {
  const { rig, silent } = await createSilence(t, 1);
  await leaveMinutes(rig, -1);
  const unit4 = rig.client();
  const waiting = silent.map((tenant) => unit4.fetchCustomerPage(tenant, PAGE));
  await until("the silence", () => rig.tokenCalls() === 1);
  await within(AT_ONCE_MS, () =>
    rig.pool.query("update integration.connections set parked_until = null where tenant_id = 'silent-0'"),
  );
  const { rows } = await rig.pool.query(
    "select from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'",
  );
  assert.equal(rows.length, 0);
  await unit4.close(AbortSignal.abort());
  await Promise.all(waiting);
});

test("O62: who closes waits for a slow renewal, so that its grant is kept", async (t) => {
  const { rig } = await createSilence(t, 0);
  await leaveMinutes(rig, 1);
  rig.multivers.intercept = (request) => (isTokenCall(request) ? { delayMs: 1_500 } : null);
  const before = await rig.connection("linde");
  const unit4 = rig.client();
  assert.equal((await unit4.fetchCustomerPage(LINDE, PAGE)).kind, "ok");
  await until("the renewal", () => rig.tokenCalls() === 1);
  await unit4.close(AbortSignal.timeout(20_000));
  assert.notDeepEqual((await rig.connection("linde")).access_token, before.access_token);
  assert.equal((await rig.client().fetchCustomerPage(LINDE, PAGE)).kind, "ok");
  assert.equal(rig.tokenCalls(), 1);
});

test("O62: a process that was killed while it renewed holds up the next one no longer than its lease", async (t) => {
  const { rig } = await createSilence(t, 0);
  await leaveMinutes(rig, -1);
  await rig.pool.query(
    "update integration.connections set lease_token = 7, lease_until = now() + interval '2 seconds', leased_by = 'killed'",
  );
  assert.equal((await rig.client().fetchCustomerPage(LINDE, PAGE)).kind, "ok");
  assert.equal(rig.tokenCalls(), 1);
  const { rows } = await rig.pool.query(
    "select lease_token::int as token, leased_by as by from integration.connections where tenant_id = 'linde'",
  );
  assert.deepEqual(rows, [{ token: 9, by: "" }]);
});
