import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createApp } from "../../../infra/sandbox/simon/app.ts";
import { createAutoArchive } from "../../../infra/sandbox/simon/auto-archive.ts";
import { createOutbox } from "../../../infra/sandbox/simon/outbox.ts";
import type { WorkorderArchived } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { Failure } from "../../../services/shared/domain/failure.ts";
import type { Publisher } from "../../../services/shared/kafka/producer.ts";
import type { LoopContext } from "../../../services/shared/loop.ts";
import { createPool } from "../../../services/shared/postgres.ts";
import { loopContext } from "../../support/loop-context.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

type Row = Record<string, unknown>;

/** Without the prototypes that the decoder gives. */
const plain = (value: WorkorderArchived): WorkorderArchived => JSON.parse(JSON.stringify(value));

/** The sandbox as its own Postgres role, with two tenants that have a customer and articles. */
async function sandbox(t: TestContext, world: World) {
  const pool = createPool({ url: world.databaseUrlAs("sandbox-simon"), size: 4, applicationName: "test" });
  t.after(() => pool.end());
  await world.pool.query(`
    insert into integration.tenants (tenant_id, name, status, epoch, administration)
    values ('linde', 'De Linde', 'active', 1, 'MVL00042'), ('bos', 'Garage Bos', 'inactive', 1, null);
    insert into simon.customers (tenant_id, customer_id, epoch, revision, origin, name, street1, city, payment_condition_id)
    values ('linde', '10001', 1, 1, 'unit4', 'Hotel <b>De Linde</b>', 'Kade 12', 'Haren', '14');
    insert into simon.articles (tenant_id, article_id, epoch, revision, origin, description, quantity_scale)
    values ('linde', '0017', 1, 1, 'unit4', 'Pakking', 2), ('linde', 'KB16/2-BR', 1, 1, 'unit4', 'Koppeling', 0)`);
  const crashes: unknown[] = [];
  const outages: string[] = [];
  const context: LoopContext<string> = {
    ...loopContext,
    loops: { ...loopContext.loops, beatFailed: (_, error) => outages.push(error) },
    fail: (failure) => crashes.push(failure),
  };
  const encoder = await world.avro.encoder<WorkorderArchived>(
    TOPICS.workorderArchived.name,
    "workorder-archived",
  );
  const outbox = (publisher: Publisher) => createOutbox(context, { pool, publisher, encoder });
  const sending = outbox(world.publisher);
  const app = createApp({ pool, onArchived: sending.wake });
  t.after(() => app.close());
  return {
    ...{ pool, app, crashes, outages, outbox, sending },
    autoArchive: () =>
      createAutoArchive(context, {
        pool,
        onPutOff: (error) => outages.push(error),
        onArchived: sending.wake,
      }),
    get: async (path: string) => {
      const answer = await app.inject({ method: "GET", url: path });
      return { status: answer.statusCode, body: answer.body };
    },
    post: async (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) => {
      const answer = await app.inject({
        method: "POST",
        url: path,
        headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
        payload: new URLSearchParams(fields).toString(),
      });
      return { status: answer.statusCode, body: answer.body, to: answer.headers.location ?? "" };
    },
  };
}

test("the sandbox Simon", async (t) => {
  const world = await createWorld(t);
  const simon = await sandbox(t, world);
  const archivedEvents = async () =>
    (await world.records<WorkorderArchived>("workorderArchived")).flatMap(({ key, value }) =>
      value === null ? [] : [{ key, value: plain(value) }],
    );

  await t.test("M5: customers and articles are shown with their state, names as text", async () => {
    const list = await simon.get("/tenants/linde/customers?q=linde");
    assert.equal(list.status, 200);
    assert.match(list.body, /Hotel &lt;b&gt;De Linde&lt;\/b&gt;/);
    assert.match(list.body, /actief/);
    assert.match((await simon.get("/tenants/linde/articles?q=kb16")).body, /KB16\/2-BR/);
    assert.match((await simon.get("/")).body, /Garage Bos/);
    assert.equal((await simon.get("/tenants/nobody/customers")).status, 404);
    assert.doesNotMatch(
      (await simon.get("/tenants/bos/customers")).body,
      /Linde/,
      "O23: another tenant's rows",
    );
  });

  await t.test("M3: a customer and an article are added by hand, once", async () => {
    const customer = {
      customerId: "Z1",
      name: "Zelf B.V.",
      street: "Dam 1",
      zipCode: "1012 JS",
      city: "Amsterdam",
    };
    const added = await simon.post("/tenants/linde/customers/new", customer);
    assert.equal(added.status, 303);
    assert.match((await simon.get(added.to)).body, /zelf toegevoegd/);
    const again = await simon.post("/tenants/linde/customers/new", customer);
    assert.equal(again.status, 422);
    assert.match(again.body, /al in gebruik/);
    const article = { articleId: "Z-9", description: "Eigen artikel", unit: "stuk" };
    assert.equal((await simon.post("/tenants/linde/articles/new", article)).status, 303);
    const { rows } = await simon.pool.query<Row>(
      "select origin, epoch from simon.customers where customer_id = 'Z1' union all select origin, epoch from simon.articles where article_id = 'Z-9'",
    );
    assert.deepEqual(rows, [
      { origin: "simon", epoch: 0 },
      { origin: "simon", epoch: 0 },
    ]);
  });

  await t.test("M8: a customer gets further work addresses", async () => {
    const path = "/tenants/linde/customers/work-addresses?id=10001";
    const added = await simon.post(path, {
      name: "Bouwplaats",
      street: "Zijl 3",
      zipCode: "",
      city: "Haren",
    });
    const { body } = await simon.get(added.to);
    assert.match(body, /Kade 12[\s\S]*uit Unit4[\s\S]*Zijl 3[\s\S]*zelf gemaakt/);
  });

  await t.test(
    "W1: a workorder is archived only when it was reported ready, and comes on the topic once",
    async () => {
      await simon.sending.start();
      t.after(() => simon.sending.stop());
      const made = await simon.post("/tenants/linde/workorders/new", {
        ...{ customerId: "10001", workAddressId: "unit4:10001", description: "Ketel nagekeken\r\nKlaar" },
        ...{ travelMinutes: "15", workMinutes: "120", articleId0: "0017", quantity0: "2,5" },
      });
      assert.equal(made.status, 303);
      const id = new URL(made.to, "http://site").searchParams.get("id") ?? "";
      const to = (action: string) => simon.post(`/tenants/linde/workorders/${action}?id=${id}`, {});
      assert.doesNotMatch((await simon.get(made.to)).body, /Archiveren/);
      await to("archive");
      assert.doesNotMatch((await simon.get(made.to)).body, /wacht op Unit4/, "an open one is not archived");
      await to("ready");
      assert.match((await simon.get(made.to)).body, /Archiveren/);
      await to("archive");
      assert.match((await simon.get(made.to)).body, /wacht op Unit4/);
      await until("the mark", async () => {
        const { rows } = await simon.pool.query<Row>("select archived_published_at from simon.workorders");
        return rows[0]?.["archived_published_at"];
      });
      const [event, ...others] = await archivedEvents();
      assert.deepEqual(others, []);
      const { rows } = await simon.pool.query<Row>("select number, archived_at from simon.workorders");
      assert.equal(event?.key, `linde/${id}`);
      assert.deepEqual(event?.value, {
        tenantId: "linde",
        workorderId: id,
        workorderNumber: rows[0]?.["number"],
        customerId: "10001",
        workAddress: {
          ...{ workAddressId: "unit4:10001", customerId: "10001", name: "Hotel <b>De Linde</b>" },
          ...{ street: "Kade 12", zipCode: "", city: "Haren" },
        },
        description: "Ketel nagekeken\nKlaar",
        reportedReady: true,
        travelMinutes: 15,
        workMinutes: 120,
        materials: [{ articleId: "0017", quantity: "2.5", description: "Pakking" }],
        archivedAt: Number(rows[0]?.["archived_at"]),
        archivedBy: "Kantoor",
        retry: null,
      });
      assert.match(String(rows[0]?.["number"]), /^WB-\d{4}-000001$/);
    },
  );

  await t.test("W16: the page tells what became of it, with reason and action", async () => {
    const { rows } = await simon.pool.query<Row>("select workorder_id, archived_at from simon.workorders");
    const { workorder_id: id, archived_at: archivedAt } = rows[0] ?? {};
    const settle = (outcome: string, orderId: string | null, code: string) =>
      world.pool.query(
        `insert into simon.workorder_outcomes values ('linde', $1, $2, $3, $4, $5, $6, now(), 1, 1)
         on conflict (tenant_id, workorder_id) do update set outcome = $2, order_id = $3, code = $4`,
        [id, outcome, orderId, code, { number: "WB-1", reason: "Debiteur is passief" }, archivedAt],
      );
    const page = async () => (await simon.get(`/tenants/linde/workorders/one?id=${id}`)).body;
    await settle("refused", null, "WORKORDER_WITHOUT_CUSTOMER");
    assert.match(await page(), /niet verwerkt[\s\S]*Wat te doen/);
    await settle("written", "20260038", "ORDER_WRITTEN");
    assert.match(await page(), /order in Unit4 20260038/);
    assert.match((await simon.get("/tenants/linde/workorders")).body, /order in Unit4 20260038/);
  });

  await t.test("O10, M5: what is wrong with a form is shown beside what was typed", async () => {
    const refused = await simon.post("/tenants/linde/workorders/new", {
      ...{
        customerId: "99999",
        description: "Tekst",
        articleId0: "0017",
        quantity0: "2.5",
        articleId1: "weg",
        quantity1: "1",
      },
    });
    assert.equal(refused.status, 422);
    for (const part of [/Klant 99999 is niet te kiezen/, /“2.5”/, /Artikel weg/, />Tekst</])
      assert.match(refused.body, part);
  });

  await t.test(
    "O04: a workorder that is reopened, changed and archived again comes on the topic again",
    async () => {
      const { rows } = await simon.pool.query<Row>("select workorder_id from simon.workorders");
      const id = String(rows[0]?.["workorder_id"]);
      const to = (action: string, fields = {}) =>
        simon.post(`/tenants/linde/workorders/${action}?id=${id}`, fields);
      await to("reopen");
      assert.equal(
        (await to("change", { customerId: "10001", description: "Met extra", workMinutes: "150" })).status,
        303,
      );
      await to("ready");
      await to("archive");
      const events = await until("the second event", async () => {
        const seen = await archivedEvents();
        return seen.length === 2 && seen;
      });
      assert.deepEqual(
        events.map(({ value }) => value.workMinutes),
        [120, 150],
      );
    },
  );

  await t.test(
    "L6: while Kafka is down nothing is marked, and everything comes when it is back",
    async () => {
      await simon.sending.stop();
      await world.pool.query("update simon.workorders set archived_published_at = null");
      const down: Publisher = {
        publish: () => Promise.reject(new Failure("KAFKA_UNAVAILABLE", "down")),
        close: async () => {},
      };
      const failing = simon.outbox(down);
      await failing.start();
      await until("a failure", () => simon.outages.length > 0);
      await failing.stop();
      const unmarked = "select count(*)::int as n from simon.workorders where archived_published_at is null";
      assert.equal((await simon.pool.query<{ n: number }>(unmarked)).rows[0]?.n, 1);
      const working = simon.outbox(world.publisher);
      await working.start();
      await until("the mark", async () => (await simon.pool.query<{ n: number }>(unmarked)).rows[0]?.n === 0);
      await working.stop();
      assert.equal((await archivedEvents()).length, 3);
      assert.deepEqual(simon.crashes, []);
    },
  );

  await t.test("W16: four demo workorders for each active tenant, once for each activation", async () => {
    const demo = async () =>
      (
        await simon.pool.query<Row>(
          "select tenant_id, workorder_id, status, customer_id from simon.workorders where workorder_id like 'demo-%' order by 1, 2",
        )
      ).rows.map(({ tenant_id, workorder_id, status, customer_id }) => [
        tenant_id,
        workorder_id,
        status,
        customer_id,
      ]);
    const auto = simon.autoArchive();
    await auto.start();
    await until("the demo workorders", async () => (await demo()).length > 0);
    auto.wake();
    await auto.stop();
    const again = simon.autoArchive();
    await again.start();
    await again.stop();
    assert.deepEqual(await demo(), [
      ["linde", "demo-1-1", "archived", "10001"],
      ["linde", "demo-1-2", "archived", "10001"],
      ["linde", "demo-1-3", "archived", "10001"],
      ["linde", "demo-1-4", "archived", null],
    ]);
    assert.deepEqual(simon.crashes, []);
  });

  await t.test("A8: a form of another site is not accepted", async () => {
    const headers = { origin: "https://elders.example", host: "127.0.0.1:8091" };
    assert.equal(
      (await simon.post("/tenants/linde/customers/new", { customerId: "X", name: "X" }, headers)).status,
      403,
    );
    const own = { origin: "http://127.0.0.1:8091", host: "127.0.0.1:8091" };
    assert.equal(
      (await simon.post("/tenants/linde/customers/new", { customerId: "X", name: "X" }, own)).status,
      303,
    );
  });
});
