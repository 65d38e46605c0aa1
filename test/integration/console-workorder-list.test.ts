import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { insertKey } from "../../services/console/access/key-store.ts";
import { createConsoleWorld } from "../support/console-world.ts";
import { createWorld } from "../support/world.ts";

/** Workorders of every kind: number, what Simon, the outcomes and the ledger have of it. */
async function startList(t: TestContext) {
  const world = await createWorld(t);
  const site = await createConsoleWorld(t, world);
  const anja = await site.signIn("anja");
  await site.signIn("noor");
  const simon = (id: string, at: string, tenant = "bos") =>
    world.pool.query(
      `insert into simon.workorders (tenant_id, workorder_id, number, customer_name, status, archived_at)
       values ($3, $1, 'WB-' || $1, 'Hotel 100% Zon', 'archived', $2)`,
      [id, at, tenant],
    );
  const outcome = (id: string, at: string, what: string, code = "", orderId: string | null = null) =>
    world.pool.query(
      `insert into simon.workorder_outcomes values ('bos', $1, $3, $5, $4, jsonb_build_object('number', 'WB-' || $1::text),
         $2, $2::timestamptz + interval '1 second', 1, 1)`,
      [id, at, what, code, orderId],
    );
  const ledger = (id: string, at: string, state: string) =>
    world.pool.query(
      `insert into order_writer.orders (tenant_id, workorder_id, reference, customer_id, request, state, archived_at)
       values ('bos', $1, $1, '1', jsonb_build_object('workorderNumber', 'WB-' || $1::text, 'epoch', 1), $3, $2)`,
      [id, at, state],
    );
  await simon("sent", "2026-11-01T10:00:00Z");
  await outcome("sent", "2026-11-01T10:00:00Z", "written", "", "26001");
  await simon("refused", "2026-11-02T10:00:00Z");
  await outcome("refused", "2026-11-02T10:00:00Z", "refused", "WORKORDER_WITHOUT_CUSTOMER");
  // Archived anew: what became of the first archiving is not what became of this one.
  await simon("again", "2026-11-03T10:00:00Z");
  await outcome("again", "2026-11-01T10:00:00Z", "refused", "WORKORDER_WITHOUT_CUSTOMER");
  await simon("sought", "2026-11-04T10:00:00Z");
  await ledger("sought", "2026-11-04T10:00:00Z", "unknown");
  // Sent in by a program: Simon has no row of it.
  await outcome("program", "2026-11-05T10:00:00Z", "skipped", "WORKORDER_ARCHIVED_WHILE_OFF");
  await ledger("fresh", "2026-11-06T10:00:00Z", "waiting");
  await simon("elsewhere", "2026-11-07T10:00:00Z", "noord");
  return { world, site, anja };
}

/** Numbers on a page of the list, in their order. */
const numbersIn = (text: string): readonly string[] =>
  [...text.matchAll(/\/workorders\/\w+">(WB-\w+)<\/a>/g)].map(([, number]) => number ?? "");

test("W16: every archived workorder is in the list once, with what became of this very archiving", async (t) => {
  const { anja } = await startList(t);
  const { text } = await anja.get("/tenants/bos/workorders");
  assert.deepEqual(numbersIn(text), [
    "WB-fresh",
    "WB-program",
    "WB-sought",
    "WB-again",
    "WB-refused",
    "WB-sent",
  ]);
  for (const [label, count] of [
    ["alle", 6],
    ["wacht", 2],
    ["verstuurd", 1],
    ["geweigerd", 1],
    ["overgeslagen", 1],
    ["wordt opgezocht", 1],
  ])
    assert.ok(text.includes(`>${label}: ${count}</a>`), `${label}: ${count}`);
});

test("a filter shows what it counts, a search takes every character as it is, and a page beyond the end is the last", async (t) => {
  const { anja } = await startList(t);
  const shown = async (query: string) => numbersIn((await anja.get(`/tenants/bos/workorders?${query}`)).text);
  assert.deepEqual(await shown("state=waiting"), ["WB-fresh", "WB-again"]);
  assert.deepEqual(await shown("cause=WORKORDER_ARCHIVED_WHILE_OFF"), ["WB-program"]);
  assert.deepEqual(await shown("from=2026-11-04&to=2026-11-05"), ["WB-program", "WB-sought"]);
  assert.deepEqual(await shown("q=26001"), ["WB-sent"]);
  assert.deepEqual(await shown("q=wb-PROG"), ["WB-program"]);
  assert.deepEqual(await shown(`q=${encodeURIComponent("100% zon")}&state=refused`), ["WB-refused"]);
  assert.deepEqual(await shown("q=_"), []);
  assert.equal((await shown("page=99")).length, 6);
  assert.equal((await shown("page=1e300&state=nonsense&cause=x;y")).length, 6);
});

test("a program reads the same list, and a workorder's page tells all that happened", async (t) => {
  const { world, site, anja } = await startList(t);
  const key = await insertKey(world.pool, { tenantId: "bos", name: "kassa", by: "test" });
  const answer = await fetch(`${site.url}/api/tenants/bos/workorders?state=sent`, {
    headers: { authorization: `Bearer ${key}` },
  });
  assert.equal(answer.status, 200);
  const { workorders, total } = (await answer.json()) as { workorders: { orderId: string }[]; total: number };
  assert.deepEqual([total, workorders[0]?.orderId], [1, "26001"]);
  const page = await anja.get("/tenants/bos/workorders/program");
  assert.match(page.text, /overgeslagen/);
  assert.match(page.text, /Opnieuw versturen/);
  assert.equal((await anja.get("/tenants/bos/workorders/elsewhere")).status, 404);
});

test("W17: what is sent again is shown first, and what cannot go says why in words", async (t) => {
  const { world, anja } = await startList(t);
  await world.pool.query(
    "update integration.tenants set status = 'active', administration = 'MVL' where tenant_id = 'bos'",
  );
  const { text } = await anja.post("/tenants/bos/workorders/retry", { workorder: ["refused", "program"] });
  assert.match(text, /Worden verstuurd: 2/);
  await world.pool.query("update integration.tenants set status = 'inactive' where tenant_id = 'bos'");
  const off = await anja.post("/tenants/bos/workorders/retry", { cause: "WORKORDER_WITHOUT_CUSTOMER" });
  assert.match(off.text, /de integratie staat uit; zet haar eerst aan/);
  assert.equal((await anja.post("/tenants/bos/workorders/retry")).location, "/tenants/bos/workorders");
});
