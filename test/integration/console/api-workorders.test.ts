import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkorderArchived } from "../../../schemas/records.ts";
import { ARCHIVED, keyOf, program, startApi, startPipeline, workorder } from "../../support/api-program.ts";
import { createConsoleWorld } from "../../support/console-world.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

test("a workorder that a program sends in is on its topic when it is accepted, as it was sent", async (t) => {
  const { world, ask } = await startApi(t);
  const address = { workAddressId: "a1", customerId: "10001", name: "Filiaal", city: "GRONINGEN" };
  const materials = [{ articleId: "2001", quantity: "-2.50" }];
  const answer = await ask("POST", ARCHIVED, workorder({ workAddress: address, materials }));
  assert.equal(answer.status, 202);
  assert.deepEqual(answer.json, { workorderId: "w1", status: "accepted" });
  const records = await world.records<WorkorderArchived>("workorderArchived");
  assert.deepEqual(
    records.map(({ key, value }) => ({ key, value: { ...JSON.parse(JSON.stringify(value)) } })),
    [
      {
        key: "bos/w1",
        value: {
          tenantId: "bos",
          workorderId: "w1",
          workorderNumber: "WB-2026-000001",
          customerId: "10001",
          workAddress: { ...address, street: "", zipCode: "" },
          description: "Ketel nagekeken",
          reportedReady: true,
          travelMinutes: 15,
          workMinutes: 120,
          materials: [{ articleId: "2001", quantity: "-2.50", description: "" }],
          archivedAt: Date.parse("2026-11-20T13:03:00.000Z"),
          archivedBy: "kantoor",
          retry: null,
        },
      },
    ],
  );
});

test("W13: the same workorder again is accepted without a second event, a changed one needs a later archivedAt", async (t) => {
  const { world, ask } = await startApi(t);
  const count = async () => (await world.records("workorderArchived")).length;
  const first = await ask("POST", ARCHIVED, workorder());
  const inOtherWords = workorder({ archivedAt: "2026-11-20T13:03:00Z", customerId: "10001" });
  for (const again of [workorder(), inOtherWords]) {
    const { status, json } = await ask("POST", ARCHIVED, again);
    assert.deepEqual({ status, json }, { status: first.status, json: first.json });
  }
  assert.equal(await count(), 1);

  for (const changed of [
    workorder({ workMinutes: 60 }),
    workorder({ workMinutes: 60, archivedAt: "2026-11-20T14:02:59.999+01:00" }),
  ]) {
    const { status, json } = await ask("POST", ARCHIVED, changed);
    assert.deepEqual([status, json["code"]], [409, "WORKORDER_CHANGED"]);
  }
  assert.equal(await count(), 1);
  const later = workorder({ workMinutes: 60, archivedAt: "2026-11-20T14:03:00.001+01:00" });
  assert.equal((await ask("POST", ARCHIVED, later)).status, 202);
  assert.equal(await count(), 2);
});

test("what a program sends wrongly is refused with the place of each fault, and nothing of it is published", async (t) => {
  const { world, ask } = await startApi(t);
  const soon = new Date(Date.now() + 6 * 60_000).toISOString();
  const cases: readonly (readonly [unknown, string])[] = [
    [workorder({ tenantId: "noord" }), "/"],
    [workorder({ retry: { id: "x", at: 1, by: "y" } }), "/"],
    [workorder({ workorderId: "" }), "/workorderId"],
    [workorder({ workorderId: "w\n1" }), "/workorderId"],
    [workorder({ workorderId: "x".repeat(201) }), "/workorderId"],
    [workorder({ customerId: 10001 }), "/customerId"],
    [workorder({ reportedReady: "yes" }), "/reportedReady"],
    [workorder({ reportedReady: undefined }), "/reportedReady"],
    [workorder({ travelMinutes: 1.5 }), "/travelMinutes"],
    [workorder({ workMinutes: -1 }), "/workMinutes"],
    [workorder({ workMinutes: 1e12 }), "/workMinutes"],
    [workorder({ description: "x".repeat(100_001) }), "/description"],
    [workorder({ archivedAt: "2026-11-20T14:03:00" }), "/archivedAt"],
    [workorder({ archivedAt: "gisteren" }), "/archivedAt"],
    [workorder({ archivedAt: 1_795_000_000_000 }), "/archivedAt"],
    [workorder({ archivedAt: "1969-12-31T23:59:59Z" }), "/archivedAt"],
    [workorder({ archivedAt: soon }), "/archivedAt"],
    ...["2,5", "1e3", "", "+2", "1".repeat(31), "NaN"].map(
      (quantity) =>
        [workorder({ materials: [{ articleId: "2001", quantity }] }), "/materials/0/quantity"] as const,
    ),
    [workorder({ materials: [{ articleId: "2001", quantity: 2 }] }), "/materials/0/quantity"],
    [workorder({ materials: [{ articleId: "2001", quantity: "2", price: "1" }] }), "/materials/0"],
    [workorder({ workAddress: { workAddressId: "a1" } }), "/workAddress/customerId"],
    [[], "/"],
    ["null", "/"],
  ];
  for (const [body, place] of cases) {
    const { status, json } = await ask("POST", ARCHIVED, body);
    const text = JSON.stringify(body)?.slice(0, 300);
    assert.equal(status, 400, text);
    assert.deepEqual(Object.keys(json).sort(), ["code", "faults", "message", "requestId"], text);
    const faults = json["faults"] as readonly { readonly path: string }[];
    assert.ok(
      faults.some(({ path }) => path === place),
      `${text}: ${JSON.stringify(faults)}`,
    );
  }
  for (const body of [
    "{",
    JSON.stringify(workorder({ description: "a\0b" })),
    JSON.stringify(workorder({ "description\0": "" })),
    '{"description":"\\ud800"}',
    "[".repeat(100_000) + "]".repeat(100_000),
  ]) {
    const { status, json } = await ask("POST", ARCHIVED, body);
    assert.deepEqual([status, json["code"]], [400, "INPUT_INVALID"], body.slice(0, 80));
  }
  assert.equal((await ask("POST", ARCHIVED, "x=1", { "content-type": "text/csv" })).status, 415);
  assert.equal((await ask("POST", ARCHIVED, workorder({ description: "x".repeat(1_100_000) }))).status, 413);
  assert.equal((await ask("POST", "/api/tenants/%00/workorders/archived", workorder())).status, 400);
  assert.equal((await ask("GET", "/api/tenants/bos/nothing")).json["code"], "NOT_FOUND");
  assert.deepEqual(await world.records("workorderArchived"), []);
});

test("while Kafka is down a program is told to send again, and the same workorder goes out once it is up", async (t) => {
  const world = await createWorld(t);
  await world.pool.query("insert into integration.tenants (tenant_id, name) values ('bos', 'Garage Bos')");
  const down = await createConsoleWorld(t, world, { environment: { KAFKA_BROKERS: "127.0.0.1:9" } });
  const key = await keyOf(world, "bos");
  const { status, json } = await program(down, key)("POST", ARCHIVED, workorder(), {
    "accept-language": "en",
  });
  assert.deepEqual([status, json["code"]], [503, "PIPELINE_DOWN"]);
  assert.match(String(json["message"]), /Try again in a few minutes/);
  assert.equal((await program(down, key)("GET", "/api/tenants/bos/audit")).status, 200);

  const up = await createConsoleWorld(t, world);
  assert.equal((await program(up, key)("POST", ARCHIVED, workorder())).status, 202);
  assert.equal((await world.records("workorderArchived")).length, 1);
});

test("W13: workorders that a program sends twice become one order each, and nothing misleading is said of them", async (t) => {
  const { world, ask, administration } = await startPipeline(t);
  const now = (agoMs: number) => new Date(Date.now() - agoMs).toISOString();
  const good = workorder({ archivedAt: now(0) });
  const bad = workorder({
    workorderId: "w2",
    workorderNumber: "WB-2026-000002",
    customerId: null,
    archivedAt: now(0),
  });
  assert.equal((await ask("POST", ARCHIVED, good)).status, 202);
  assert.equal((await ask("POST", ARCHIVED, bad)).status, 202);
  const settled = async () => {
    const { rows } = await world.pool.query<{ id: string; outcome: string }>(
      "select workorder_id as id, outcome from simon.workorder_outcomes order by workorder_id",
    );
    return rows.map(({ id, outcome }) => `${id} ${outcome}`);
  };
  await until("both to be settled", async () => (await settled()).length === 2);
  assert.deepEqual(await settled(), ["w1 written", "w2 refused"]);
  const fate = async (id: string) => (await ask("GET", `/api/tenants/bos/workorders/${id}`)).json;
  const order = await fate("w1");
  const [written] = [...administration.orders.values()];
  assert.deepEqual(
    [order["state"], order["orderId"], order["number"]],
    ["sent", written?.orderId, "WB-2026-000001"],
  );
  const none = await fate("w2");
  assert.deepEqual([none["state"], none["orderId"]], ["refused", null]);
  assert.match(String(none["action"]), /klant/);
  assert.equal((await fate("w9"))["code"], "NOT_FOUND");
  const said = async () => {
    const { rows } = await world.pool.query<{ text: string }>(
      "select code || ' ' || record_id || ' ' || occurrence_count as text from log.messages where record_table = 'workorder' order by 1",
    );
    return rows.map(({ text }) => text);
  };
  await until("what is said of both", async () => (await said()).length === 2);
  const before = await said();

  // A second look would refuse it, though its order is in Unit4.
  await world.pool.query("update simon.customers set state = 'removed' where customer_id = '10001'");
  assert.equal((await ask("POST", ARCHIVED, good)).status, 202);
  assert.equal((await ask("POST", ARCHIVED, bad)).status, 202);
  // Behind the two, in the tenant's own order: once it is settled they would have been.
  const last = workorder({
    workorderId: "w3",
    workorderNumber: "WB-2026-000003",
    customerId: null,
    archivedAt: now(0),
  });
  await ask("POST", ARCHIVED, last);
  await until("the last one to be settled", async () => (await settled()).length === 3);
  await until("what is said of the last one", async () => (await said()).length === 3);
  assert.deepEqual(await settled(), ["w1 written", "w2 refused", "w3 refused"]);
  assert.deepEqual(
    (await said()).filter((text) => !text.includes("w3")),
    before,
  );
  assert.equal([...administration.orders.values()].length, 1);
});

test("W16: a program is told where its workorder is, from coming in to its outcome, and again after a change", async (t) => {
  const { ask, world } = await startApi(t);
  const fate = async () => (await ask("GET", "/api/tenants/bos/workorders/w%2F1")).json;
  await ask("POST", ARCHIVED, workorder({ workorderId: "w/1" }));
  const shown = async () => {
    const { state, orderId, code } = await fate();
    return [state, orderId, code];
  };
  assert.deepEqual(await shown(), ["waiting", null, ""]);
  const at = "2026-11-20T13:03:00Z";
  await world.pool.query(`insert into order_writer.orders (tenant_id, workorder_id, reference, customer_id, request, state, archived_at)
    values ('bos', 'w/1', 'r', 'K', '{"workorderNumber":"WB-2026-000001"}', 'sending', '${at}')`);
  assert.deepEqual(await shown(), ["waiting", null, ""]);
  await world.pool.query("update order_writer.orders set state = 'unknown'");
  assert.deepEqual(await shown(), ["unknown", null, ""]);
  await world.pool.query(
    "update order_writer.orders set state = 'written', order_id = '1001', code = 'ORDER_WRITTEN', settled_at = now()",
  );
  assert.deepEqual(await shown(), ["sent", "1001", "ORDER_WRITTEN"]);
  await world.pool.query(`insert into simon.workorder_outcomes values
    ('bos', 'w/1', 'written', '1001', 'ORDER_WRITTEN', '{"number":"WB-2026-000001"}', '${at}', now(), 1, 1)`);
  assert.deepEqual(await shown(), ["sent", "1001", "ORDER_WRITTEN"]);
  // Changed and sent in anew: what became of the first one is not its outcome.
  await ask(
    "POST",
    ARCHIVED,
    workorder({ workorderId: "w/1", workMinutes: 60, archivedAt: "2026-11-20T15:00:00Z" }),
  );
  assert.deepEqual(await shown(), ["waiting", null, ""]);
  await world.pool.query(
    "update simon.workorder_outcomes set archived_at = '2026-11-20T15:00:00Z', outcome = 'skipped', order_id = null, code = 'WORKORDER_FILTERED'",
  );
  assert.deepEqual(await shown(), ["skipped", null, "WORKORDER_FILTERED"]);
});
