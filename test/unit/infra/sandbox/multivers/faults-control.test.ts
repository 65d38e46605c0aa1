import assert from "node:assert/strict";
import { test } from "node:test";
import { DEMO_FAULTS } from "../../../../../infra/sandbox/multivers/faults/demo-faults.ts";
import { BOS, LINDE, linde, type Started, startMultivers } from "./start.ts";

const ORDER = {
  customerId: "10001",
  orderDate: "25-11-2026",
  paymentConditionId: "14",
  reference: "WB-2026-000173",
};

test("sandbox: faults are set, shown with their counts and taken away over HTTP", async (t) => {
  const started = await startMultivers(t);
  const rule = { id: "a", times: 2, effect: { kind: "answer", status: 503 } };
  assert.equal((await control(started, "PUT", "faults", { seed: "1", rules: [rule] })).status, 200);
  assert.equal((await started.call(linde("CustomerNVL"))).status, 503);
  const shown = await control(started, "GET", "faults");
  assert.deepEqual(shown.json, {
    rules: [{ rule: { ...rule, match: {}, commit: false }, matched: 1, fired: 1, ended: false }],
  });
  const broken = await control(started, "PUT", "faults", { rules: [{ ...rule, times: -1 }] });
  assert.equal(broken.status, 400);
  assert.match(JSON.stringify(broken.json), /rules\.0\.times/);
  assert.equal((await started.call(linde("CustomerNVL"))).status, 503, "the old rules stay");
  await control(started, "PUT", "faults", { rules: [rule] });
  assert.equal((await control(started, "DELETE", "faults")).status, 200);
  assert.equal((await started.call(linde("CustomerNVL"))).status, 200);
});

test("sandbox: another site can set no faults and no settings", async (t) => {
  const started = await startMultivers(t);
  for (const [method, path] of [
    ["PUT", "faults"],
    ["DELETE", "faults"],
    ["POST", "settings"],
    ["POST", "storingen"],
  ] as const) {
    const body = JSON.stringify({ latencyMs: 1 });
    const headers = { origin: "https://elders.example" };
    const response = await fetch(
      `${started.url}/sandbox/${path}`,
      method === "DELETE" ? { method, headers } : { method, headers, body },
    );
    assert.equal(response.status, 403, `${method} ${path}`);
  }
  assert.equal(started.multivers.settings.current.latencyMs, 0);
});

test("sandbox: settings change while it runs, and what is not given stays", async (t) => {
  const started = await startMultivers(t, { accessTokenSeconds: 600 });
  const changed = await control(started, "POST", "settings", { latencyMs: 40, passivePolicy: "warning" });
  assert.deepEqual(changed.json, {
    rotateRefreshTokens: false,
    accessTokenSeconds: 600,
    latencyMs: 40,
    passivePolicy: "warning",
    invisibleOrdersMs: 0,
    ignoreFilter: false,
    cutReference: null,
  });
  assert.deepEqual((await control(started, "GET", "settings")).json, changed.json);
  started.multivers.administration(LINDE).patchCustomer("10001", { customerStateId: "P" });
  const reply = await started.postOrder(ORDER);
  assert.deepEqual(
    reply.json.messages.map(({ messageType }) => messageType),
    ["Warning"],
  );
  const [request] = started.multivers.audit.requests();
  // A timer may be a millisecond early by the wall clock.
  assert.ok((request?.endedAtMs ?? 0) - (request?.atMs ?? 0) >= 38);
  for (const wrong of [{ latencyMs: -1 }, { latencyms: 1 }, { passivePolicy: "no" }, []])
    assert.equal((await control(started, "POST", "settings", wrong)).status, 400, JSON.stringify(wrong));
});

test("F40: rotation and the life of access tokens can be switched in mid-run", async (t) => {
  const started = await startMultivers(t);
  const { multivers, token } = started;
  const refreshToken = multivers.tokens.issueTokens("linde").refresh_token;
  const refresh = () => token({ grant_type: "refresh_token", refresh_token: refreshToken });
  assert.equal((await refresh()).json.expires_in, 3600);
  await control(started, "POST", "settings", { rotateRefreshTokens: true, accessTokenSeconds: 5 });
  assert.equal((await refresh()).json.expires_in, 5);
  assert.deepEqual((await refresh()).json, { error: "invalid_grant" });
});

test("F34: an order is in the lists only after the time set, and by its number at once", async (t) => {
  let nowMs = Date.parse("2026-11-25T10:00:00Z");
  const started = await startMultivers(t, { now: () => new Date(nowMs) });
  started.multivers.settings.change({ invisibleOrdersMs: 20_000 });
  const { orderId } = (await started.postOrder(ORDER)).json;
  const listed = async () => [
    (await started.call(linde("OrderInfoList/10001"))).rows.length,
    (await started.call(linde("OrderInfoList/OpenOrders"))).rows.length,
  ];
  nowMs += 19_999;
  assert.deepEqual(await listed(), [0, 0]);
  assert.equal((await started.call(linde(`OrderInfo/${orderId}`))).status, 200);
  nowMs += 1;
  assert.deepEqual(await listed(), [1, 1]);
});

test("F34: the filter is ignored and the reference cut where that is set", async (t) => {
  const started = await startMultivers(t);
  await started.postOrder({ ...ORDER, reference: "WB-1" });
  started.multivers.settings.change({ ignoreFilter: true, cutReference: 6 });
  assert.equal((await started.postOrder(ORDER)).json.reference, "WB-202");
  const found = await started.call(linde("OrderInfoList/10001", { $filter: "Reference eq 'WB-1'" }));
  assert.equal(found.rows.length, 2);
  started.multivers.settings.change({ ignoreFilter: false });
  const one = await started.call(linde("OrderInfoList/10001", { $filter: "Reference eq 'WB-1'" }));
  assert.equal(one.rows.length, 1);
});

test("sandbox: on the page a person puts a fault on one administration and takes it away again", async (t) => {
  const started = await startMultivers(t);
  const { call, multivers } = started;
  multivers.faults.set([{ id: "<script>", match: { method: "PATCH" }, effect: { kind: "html" } }]);
  const page = async () => (await fetch(`${started.url}/sandbox/storingen`)).text();
  assert.equal((await page()).match(/gezond/g)?.length, 2);
  assert.equal(await pick(started, { database: LINDE, fault: "fouten" }), 303);
  assert.equal((await call(linde("CustomerNVL"))).status, 500);
  assert.equal((await call(`api/${BOS}/CustomerNVL`, { as: "bos" })).status, 200);
  const failing = await page();
  assert.equal(failing.match(/gezond/g)?.length, 1);
  assert.match(failing, /1 keer toegeslagen/);
  assert.ok(failing.includes("&lt;script&gt;") && !failing.includes("<script>"));

  assert.equal(await pick(started, { database: LINDE, fault: "onderhoud" }), 303);
  assert.equal((await call(linde("CustomerNVL"))).headers.get("content-type"), "text/html; charset=utf-8");
  assert.equal(await pick(started, { database: LINDE, fault: "onderhoud", clear: "1" }), 303);
  assert.equal((await call(linde("CustomerNVL"))).status, 200);
  assert.equal(multivers.faults.status.length, 1, "the rule of the script stays");
  assert.equal(await pick(started, { database: "MVL99999", fault: "fouten" }), 404);
  assert.equal(await pick(started, { database: LINDE, fault: "onbekend" }), 404);
});

test("sandbox: every fault of the page can be set, shows itself as the one that is on, and hits this administration alone", async (t) => {
  const started = await startMultivers(t);
  const { faults } = started.multivers;
  for (const { id, name } of DEMO_FAULTS) {
    assert.equal(await pick(started, { database: LINDE, fault: id }), 303, id);
    const page = await (await fetch(`${started.url}/sandbox/storingen`)).text();
    assert.ok(page.includes(`<strong>${name}</strong>`), id);
    const meets = (database: string, owner: string) =>
      ["Order", "CustomerInfoList", "ProductInfoList"].some(
        (operation) =>
          faults.decide({ database, method: "POST", operation, owner, reference: null }) !== null,
      ) ||
      faults.decide({ database: null, method: "POST", operation: "OAuth/Token", owner, reference: null }) !==
        null;
    assert.deepEqual([meets(LINDE, "linde"), meets(BOS, "bos")], [true, false], id);
  }
});

async function control(
  { url }: Started,
  method: string,
  path: string,
  body?: unknown,
): Promise<Readonly<{ status: number; json: unknown }>> {
  const response = await fetch(`${url}/sandbox/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: await response.json() };
}

async function pick({ url }: Started, form: Readonly<Record<string, string>>): Promise<number> {
  const response = await fetch(`${url}/sandbox/storingen`, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams(form),
  });
  return response.status;
}
