import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import avsc from "avsc";
import type { MessageLogged, OrderSettled } from "../../schemas/records.ts";
import { subjectOf, TOPICS } from "../../schemas/topics.ts";
import { schemaText } from "../../services/shared/avro.ts";
import type { NewMessage } from "../../services/shared/domain/message-catalogue.ts";
import { frame } from "../../services/shared/domain/wire-format.ts";
import type { RawRecord } from "../../services/shared/kafka/incoming.ts";
import type { PreparedChunk } from "../../services/shared/kafka/postgres-route.ts";
import { createMessageLog } from "../../services/shared/messages.ts";
import { createPool, inTransaction, type Pool } from "../../services/shared/postgres.ts";
import { createTelemetry } from "../../services/shared/telemetry.ts";
import { createCleaning } from "../../services/simon-projector/cleaning-run.ts";
import { projectorRoutes } from "../../services/simon-projector/handler.ts";
import { createProjectorTelemetry } from "../../services/simon-projector/telemetry.ts";
import { articleChanged, customerChanged } from "../support/records.ts";
import { until } from "../support/until.ts";
import { createWorld, type World } from "../support/world.ts";

type Row = Record<string, unknown>;

/** The service's own code on records that need no broker, as its own role. */
type Projector = {
  readonly pool: Pool;
  /** Applies records in batches of `size`, each in a transaction; offsets count from `firstOffset`. */
  apply(
    topic: "customerChanged" | "articleChanged" | "orderSettled",
    records: readonly {
      readonly key: string;
      readonly value: object | null;
      readonly headers?: Record<string, string>;
    }[],
    options?: { readonly size?: number; readonly firstOffset?: number },
  ): Promise<readonly NewMessage[]>;
  customers(tenantId: string): Promise<readonly Row[]>;
  clean(tenantId: string): Promise<void>;
};

async function projector(t: TestContext, world: World): Promise<Projector> {
  const pool = createPool({
    url: world.environment("simon-projector")["DATABASE_URL"] ?? "",
    size: 3,
    applicationName: "test",
  });
  t.after(() => pool.end());
  const telemetry = createProjectorTelemetry(createTelemetry("test", "error"));
  const routes = projectorRoutes({ avro: world.avro, telemetry, now: Date.now });
  const messages = createMessageLog(
    world.publisher,
    await world.avro.encoder(TOPICS.messageLogged.name, TOPICS.messageLogged.schema),
  );
  return {
    pool,
    apply: async (topic, records, { size = records.length, firstOffset = 0 } = {}) => {
      const { name, schema } = TOPICS[topic];
      const route = routes.find((one) => one.topic === name);
      assert.ok(route);
      const encoder = await world.avro.encoder<object>(name, schema);
      const raw = records.map(
        ({ key, value, headers = {} }, index): RawRecord => ({
          topic: name,
          partition: 0,
          offset: firstOffset + index,
          key: Buffer.from(key),
          value: value === null ? null : encoder.encode(value),
          headers,
          timestampMs: 1,
        }),
      );
      const said: NewMessage[] = [];
      for (let start = 0; start < raw.length; start += size) {
        const chunk: PreparedChunk = await route.prepare(raw.slice(start, start + size));
        assert.deepEqual(chunk.poison, []);
        said.push(...(await inTransaction(pool, (tx) => chunk.apply(tx, 0, chunk.originals.length))));
      }
      return said;
    },
    customers: async (tenantId) =>
      (
        await pool.query("select * from simon.customers where tenant_id = $1 order by customer_id", [
          tenantId,
        ])
      ).rows,
    clean: async (tenantId) => {
      await pool.query(
        `insert into simon.cleaning_schedules (tenant_id, next_due_at) values ($1, now())
         on conflict (tenant_id) do update set next_due_at = now(), last_run_at = null`,
        [tenantId],
      );
      const crashes: Error[] = [];
      const onCrash = (failure: Error): number => crashes.push(failure);
      const cleaning = createCleaning({
        ...{ pool, messages, telemetry, onCrash, batchRows: 2 },
        pattern: "0 1 * * 1,3,5",
        lookEveryMs: 25,
      });
      await cleaning.start?.();
      await until("the cleaning", async () => {
        assert.deepEqual(crashes, []);
        const { rows } = await pool.query<Row>(
          "select last_run_at from simon.cleaning_schedules where tenant_id = $1 and next_due_at > now()",
          [tenantId],
        );
        return rows[0]?.["last_run_at"];
      }).finally(() => cleaning.stop());
    },
  };
}

const change = (tenantId: string, customerId: string, overrides: Parameters<typeof customerChanged>[2]) => ({
  key: `${tenantId}/${customerId}`,
  value: customerChanged(tenantId, customerId, overrides),
});
const gone = (tenantId: string, customerId: string, revision: number) => ({
  key: `${tenantId}/${customerId}`,
  value: { ...customerChanged(tenantId, customerId, { revision, change: "gone" }), customer: null },
});
const articleChange = (
  tenantId: string,
  articleId: string,
  overrides: Parameters<typeof articleChanged>[2],
) => ({
  key: `${tenantId}/${articleId}`,
  value: articleChanged(tenantId, articleId, overrides),
});

const activate = (world: World, tenantId: string) =>
  world.pool.query(
    "insert into integration.tenants (tenant_id, name, status, epoch, administration) values ($1, $1, 'active', 1, $1)",
    [tenantId],
  );

const openWorkorder = (
  world: World,
  tenantId: string,
  id: string,
  customerId: string,
  materials: object[] = [],
) =>
  world.pool.query(
    "insert into simon.workorders (tenant_id, workorder_id, customer_id, materials) values ($1, $2, $3, $4)",
    [tenantId, id, customerId, JSON.stringify(materials)],
  );

test("rows in Simon from changes, without the broker", async (t) => {
  const world = await createWorld(t);
  const simon = await projector(t, world);

  await t.test("O20: one key three times in a batch, old events and ties, for every batch size", async () => {
    const events = (tenantId: string) => [
      change(tenantId, "K1", { revision: 1, name: "K1 v1" }),
      change(tenantId, "K2", { revision: 1, name: "K2 v1" }),
      change(tenantId, "K1", { revision: 2, name: "K1 v2" }),
      change(tenantId, "K3", { revision: 1, name: "K3 v1" }),
      change(tenantId, "K1", { revision: 3, name: "K1 v3" }),
    ];
    for (const size of [1, 2, 3, 4, 5]) {
      const tenantId = `o20-${size}`;
      await simon.apply("customerChanged", events(tenantId), { size, firstOffset: 10 });
      await simon.apply("customerChanged", events(tenantId).slice(0, 3), { size, firstOffset: 10 });
      await simon.apply(
        "customerChanged",
        [
          change(tenantId, "K2", { revision: 7, name: "K2 first" }),
          change(tenantId, "K2", { revision: 7, name: "K2 second" }),
        ],
        { size, firstOffset: 20 },
      );
      assert.deepEqual(
        (await simon.customers(tenantId)).map(({ customer_id, name }) => [customer_id, name]),
        [
          ["K1", "K1 v3"],
          ["K2", "K2 second"],
          ["K3", "K3 v1"],
        ],
        `batches of ${size}`,
      );
    }
  });

  await t.test("M14, O06, O22: a replay changes no row and says no warning again", async () => {
    const events = [
      change("m14", "10001", { revision: 1 }),
      change("m14", "10002", { revision: 2, name: "Bakkerij\u0000 Smit", email: "smit@example.nl" }),
      change("m14", "10003", {
        revision: 3,
        change: "unknown",
        stateCode: "B",
        name: "Nog steeds bijgewerkt",
      }),
      gone("m14", "10001", 4),
    ];
    const said = await simon.apply("customerChanged", events);
    assert.deepEqual(
      said.map(({ code, tenantId, recordId }) => [code, tenantId, recordId]),
      [
        ["CUSTOMER_TEXT_CLEANED", "m14", "10002"],
        ["CUSTOMER_STATE_UNKNOWN", "m14", "10003"],
      ],
    );
    const before = await checksum("customers", "m14");
    assert.deepEqual(await simon.apply("customerChanged", events), []);
    assert.deepEqual(await simon.apply("customerChanged", events, { size: 1 }), []);
    assert.equal(await checksum("customers", "m14"), before);
    const rows = await simon.customers("m14");
    assert.deepEqual(
      rows.map(({ customer_id, state, name, email }) => [customer_id, state, name, email]),
      [
        ["10001", "gone", "Klant 10001", ""],
        ["10002", "active", "Bakkerij Smit", "smit@example.nl"],
        ["10003", "unknown", "Nog steeds bijgewerkt", ""],
      ],
    );
  });

  await t.test("L5: the warning of a row ends with the version that is in order", async () => {
    await simon.apply("customerChanged", [change("l5", "K1", { revision: 1, change: "unknown" })]);
    const closing = await simon.apply("customerChanged", [change("l5", "K1", { revision: 2 })], {
      firstOffset: 9,
    });
    assert.deepEqual(
      closing.map(({ code, recordId, closes }) => [code, recordId, closes]),
      [["CUSTOMER_IN_ORDER", "K1", ["CUSTOMER_STATE_UNKNOWN", "CUSTOMER_TEXT_CLEANED"]]],
    );
    assert.deepEqual(
      await simon.apply("customerChanged", [change("l5", "K1", { revision: 3 })], { firstOffset: 10 }),
      [],
    );
  });

  await t.test("O05: article codes stay text, character for character", async () => {
    const codes = ["KB16/2-BR", "0017", "17", "a\tb\\c", "\\N"];
    await simon.apply(
      "articleChanged",
      codes.map((code) =>
        articleChange("o05", code, { description: `Artikel ${code}`, priceExclVat: "1234.5" }),
      ),
    );
    const { rows } = await simon.pool.query<Row>(
      "select article_id, description, price_excl_vat::text as price from simon.articles where tenant_id = 'o05'",
    );
    assert.deepEqual(new Set(rows.map(({ article_id }) => article_id)), new Set(codes));
    for (const { article_id, description, price } of rows)
      assert.deepEqual([description, price], [`Artikel ${article_id}`, "1234.5"]);
  });

  await t.test("O23: the same numbers in two administrations are two customers", async () => {
    await simon.apply("customerChanged", [
      change("o23-a", "10001", { name: "Hotel De Linde" }),
      change("o23-b", "10001", { name: "Garage Bos" }),
    ]);
    await simon.apply("customerChanged", [gone("o23-b", "10001", 2)], { firstOffset: 5 });
    const [a] = await simon.customers("o23-a");
    const [b] = await simon.customers("o23-b");
    assert.deepEqual([a?.["name"], a?.["state"]], ["Hotel De Linde", "active"]);
    assert.deepEqual([b?.["name"], b?.["state"]], ["Garage Bos", "gone"]);
  });

  await t.test(
    "M7: the first work address is the invoice address, the standard address where there is none",
    async () => {
      const address = {
        name: "",
        street1: "Postbus 7",
        street2: "",
        zipCode: "9700 AA",
        city: "HAREN",
        countryId: "",
      };
      const first = async (customerId: string) => {
        const { rows } = await simon.pool.query<Row>(
          "select * from simon.known_work_addresses where tenant_id = 'm7' and customer_id = $1",
          [customerId],
        );
        assert.equal(rows.length, 1);
        return [rows[0]?.["work_address_id"], rows[0]?.["name"], rows[0]?.["street"], rows[0]?.["city"]];
      };
      await simon.apply("customerChanged", [
        change("m7", "K1", { revision: 1 }),
        change("m7", "K2", { revision: 1, invoiceAddressKnown: true, invoiceAddress: address }),
      ]);
      assert.deepEqual(await first("K1"), ["unit4:K1", "Klant K1", "Kade 12", "GRONINGEN"]);
      assert.deepEqual(await first("K2"), ["unit4:K2", "Klant K2", "Postbus 7", "HAREN"]);
      await simon.apply("customerChanged", [change("m7", "K2", { revision: 2, street1: "Kade 99" })], {
        firstOffset: 9,
      });
      assert.deepEqual(
        await first("K2"),
        ["unit4:K2", "Klant K2", "Postbus 7", "HAREN"],
        "not looked up: as it was",
      );
      await simon.apply("customerChanged", [change("m7", "K2", { revision: 3, invoiceAddressKnown: true })], {
        firstOffset: 10,
      });
      assert.deepEqual(
        await first("K2"),
        ["unit4:K2", "Klant K2", "Kade 12", "GRONINGEN"],
        "looked up: there is none",
      );
      const both = [
        change("m7", "K3", {
          revision: 1,
          invoiceAddressKnown: true,
          invoiceAddress: { ...address, name: "Hoofdkantoor" },
        }),
        change("m7", "K3", { revision: 2, name: "Nieuwe naam" }),
      ];
      await simon.apply("customerChanged", both, { firstOffset: 20 });
      assert.deepEqual(
        await first("K3"),
        ["unit4:K3", "Hoofdkantoor", "Postbus 7", "HAREN"],
        "both in one batch",
      );
    },
  );

  await t.test(
    "M8: the sync leaves work addresses made in Simon alone; they go with their customer",
    async () => {
      await activate(world, "m8");
      await simon.apply("customerChanged", [
        change("m8", "K1", { revision: 1 }),
        change("m8", "K2", { revision: 1 }),
      ]);
      await world.pool.query(
        `insert into simon.work_addresses (tenant_id, work_address_id, customer_id, street)
       values ('m8', 'w1', 'K1', 'Bouwplaats 1'), ('m8', 'w2', 'K1', 'Bouwplaats 2'), ('m8', 'w3', 'K2', 'Loods 3')`,
      );
      const before = await checksum("work_addresses", "m8");
      await simon.apply(
        "customerChanged",
        [change("m8", "K1", { revision: 2, street1: "Elders 5" }), gone("m8", "K1", 3)],
        {
          firstOffset: 9,
        },
      );
      assert.equal(await checksum("work_addresses", "m8"), before);
      await simon.clean("m8");
      const { rows } = await simon.pool.query<Row>(
        "select work_address_id from simon.known_work_addresses where tenant_id = 'm8' order by 1",
      );
      assert.deepEqual(
        rows.map(({ work_address_id }) => work_address_id),
        ["unit4:K2", "w3"],
      );
    },
  );

  await t.test(
    "M5, O15: a row that is not active in Unit4 is there, marked, and no new workorder can take it",
    async () => {
      await simon.apply("customerChanged", [
        change("m5", "K1", {}),
        change("m5", "K2", { change: "inactive", stateCode: "P" }),
      ]);
      await simon.apply("articleChanged", [
        articleChange("m5", "2001", {}),
        articleChange("m5", "9", { change: "unknown", stateCode: "9" }),
      ]);
      const usable = async (view: string, id: string) =>
        (
          await simon.pool.query<Row>(`select ${id} as id from simon.${view} where tenant_id = 'm5'`)
        ).rows.map((row) => row["id"]);
      assert.deepEqual(await usable("usable_customers", "customer_id"), ["K1"]);
      assert.deepEqual(await usable("usable_articles", "article_id"), ["2001"]);
      assert.deepEqual(await usable("usable_work_addresses", "work_address_id"), ["unit4:K1"]);
      await openWorkorder(world, "m5", "w1", "K1", [{ articleId: "2001", quantity: "1", description: "" }]);
      await assert.rejects(openWorkorder(world, "m5", "w2", "K2"), {
        constraint: "a_workorder_takes_usable_customers",
      });
      await assert.rejects(openWorkorder(world, "m5", "w3", "K1", [{ articleId: "9", quantity: "1" }]), {
        constraint: "a_workorder_takes_usable_articles",
      });
      await simon.apply("customerChanged", [gone("m5", "K1", 5)], { firstOffset: 9 });
      await world.pool.query("update simon.workorders set description = 'klaar' where tenant_id = 'm5'");
      const { rows } = await simon.pool.query<Row>(
        "select number, description from simon.workorders where tenant_id = 'm5'",
      );
      assert.deepEqual(rows, [{ number: `WB-${new Date().getFullYear()}-000001`, description: "klaar" }]);
    },
  );

  await t.test(
    "M3, M4, M6, O15: the cleaning removes what does not belong and keeps what open workorders use",
    async () => {
      await activate(world, "m4");
      const customers = [
        change("m4", "active", { revision: 1 }),
        change("m4", "unknown", { revision: 1, change: "unknown" }),
        ...["inactive", "used-inactive", "archived-inactive"].map((id) => change("m4", id, { revision: 1 })),
        ...["gone", "used-gone"].map((id) => change("m4", id, { revision: 1, name: "Weg B.V." })),
      ];
      const articles = ["2001", "gone", "used-gone"].map((id) => articleChange("m4", id, { revision: 1 }));
      await simon.apply("customerChanged", customers);
      await simon.apply("articleChanged", articles);
      await world.pool.query(`
      insert into simon.customers (tenant_id, customer_id, name) values ('m4', 'by-hand', 'Zelf'), ('m4', 'used-by-hand', 'Zelf 2');
      insert into simon.articles (tenant_id, article_id) values ('m4', 'by-hand')`);
      await openWorkorder(world, "m4", "w1", "used-inactive");
      await openWorkorder(world, "m4", "w2", "used-gone", [{ articleId: "used-gone", quantity: "1" }]);
      await openWorkorder(world, "m4", "w3", "used-by-hand");
      await openWorkorder(world, "m4", "w4", "archived-inactive");
      await world.pool.query(
        "update simon.workorders set status = 'archived', archived_at = now() where tenant_id = 'm4' and workorder_id = 'w4'",
      );
      const changes = [
        ...["inactive", "used-inactive", "archived-inactive"].map((id) =>
          change("m4", id, { revision: 2, change: "inactive" }),
        ),
        ...["gone", "used-gone"].map((id) => gone("m4", id, 2)),
      ];
      await simon.apply("customerChanged", changes, { firstOffset: 50 });
      const articleChanges = ["gone", "used-gone"].map((id) =>
        articleChange("m4", id, { revision: 2, change: "gone" }),
      );
      await simon.apply("articleChanged", articleChanges, { firstOffset: 50 });

      await simon.clean("m4");
      const states = async (table: string) => {
        const { rows } = await simon.pool.query<Row>(
          `select ${table}_id as id, state from simon.${table}s where tenant_id = 'm4' order by 1`,
        );
        return Object.fromEntries(rows.map(({ id, state }) => [id, state]));
      };
      const cleaned = {
        active: "active",
        "archived-inactive": "removed",
        gone: "removed",
        inactive: "removed",
        unknown: "unknown",
        "used-by-hand": "active",
        "used-gone": "gone",
        "used-inactive": "inactive",
      };
      assert.deepEqual(await states("customer"), cleaned);
      assert.deepEqual(await states("article"), { "2001": "active", gone: "removed", "used-gone": "gone" });
      const removed = (await simon.customers("m4")).find(({ customer_id }) => customer_id === "gone");
      assert.deepEqual([removed?.["name"], removed?.["street1"], removed?.["epoch"]], ["", "", 1]);

      await simon.apply("customerChanged", customers);
      await simon.apply("customerChanged", changes, { firstOffset: 50 });
      assert.deepEqual(await states("customer"), cleaned, "a replay brings nothing back");

      await world.pool.query(
        "update simon.workorders set status = 'archived', archived_at = now() where tenant_id = 'm4' and workorder_id = 'w1'",
      );
      await simon.clean("m4");
      assert.equal((await states("customer"))["used-inactive"], "removed");
      const messages = await world.records<MessageLogged>("messageLogged");
      const said = messages.flatMap(({ value }) => (value?.tenantId === "m4" ? [value] : []));
      assert.deepEqual(
        said
          .filter(({ code }) => code.endsWith("KEPT_IN_USE"))
          .map(({ code, recordId, params }) => [code, recordId, params["workorders"]])
          .sort(),
        [
          ["ARTICLE_KEPT_IN_USE", "used-gone", numbered(2)],
          ["CUSTOMER_KEPT_IN_USE", "used-by-hand", numbered(3)],
          ["CUSTOMER_KEPT_IN_USE", "used-gone", numbered(2)],
          ["CUSTOMER_KEPT_IN_USE", "used-inactive", numbered(1)],
        ],
      );
      assert.deepEqual(
        said.filter(({ closes }) => closes !== null).map(({ code, recordId }) => [code, recordId]),
        [["CUSTOMER_REMOVED_AFTER_USE", "used-inactive"]],
      );
      assert.deepEqual(
        said.filter(({ code }) => code === "CLEANING_DONE").map(({ params }) => params),
        [
          { customers: "4", articles: "2", kept: "4" },
          { customers: "1", articles: "0", kept: "3" },
        ],
      );

      await simon.apply("customerChanged", [change("m4", "gone", { revision: 9, name: "Terug B.V." })], {
        firstOffset: 99,
      });
      assert.equal((await states("customer"))["gone"], "active", "a newer change brings it back");
    },
  );

  await t.test(
    "M4: a cleaning whose night has passed, as when the integration was off, waits for the next night",
    async () => {
      await activate(world, "m4-late");
      await simon.apply("customerChanged", [change("m4-late", "K1", { change: "inactive" })]);
      await world.pool.query(
        "insert into simon.cleaning_schedules (tenant_id, next_due_at) values ('m4-late', now() - interval '7 hours')",
      );
      await activate(world, "m4-due");
      await simon.clean("m4-due");
      const { rows } = await simon.pool.query<Row>(
        "select next_due_at > now() as planned, last_run_at from simon.cleaning_schedules where tenant_id = 'm4-late'",
      );
      assert.deepEqual(rows, [{ planned: true, last_run_at: null }]);
      assert.equal((await simon.customers("m4-late"))[0]?.["state"], "inactive");
    },
  );

  await t.test("M6: a workorder opened while the cleaning runs is seen by it or refused", async () => {
    await activate(world, "m6");
    const ids = Array.from({ length: 40 }, (_, index) => `K${String(index).padStart(2, "0")}`);
    await world.pool.query(
      "insert into simon.customers (tenant_id, customer_id) select 'm6', unnest($1::text[])",
      [ids],
    );
    await simon.apply("customerChanged", [change("m6", "other", {})]);
    const opening = ids.map((id) =>
      openWorkorder(world, "m6", `w-${id}`, id).then(
        () => id,
        () => null,
      ),
    );
    const [opened] = await Promise.all([Promise.all(opening), simon.clean("m6")]);
    const left = (await simon.customers("m6"))
      .map(({ customer_id }) => customer_id)
      .filter((id) => id !== "other");
    assert.deepEqual(
      left,
      opened.filter((id) => id !== null),
      "just the customers of workorders are left",
    );
  });

  await t.test(
    "A12: what was emptied does not come back, a tombstone wipes, a higher epoch begins anew",
    async () => {
      const events = [change("a12", "K1", { revision: 5 }), change("a12", "K2", { revision: 5 })];
      await simon.apply("customerChanged", events);
      await simon.apply("articleChanged", [articleChange("a12", "17", {})]);
      await openWorkorder(world, "a12", "w1", "K1");
      const { rows: emptied } = await world.pool.query(
        "select * from simon.empty_tenant('a12', 2, '{customers,workAddresses,workorders}')",
      );
      assert.deepEqual(emptied, [
        { part: "customers", removed: 2 },
        { part: "workAddresses", removed: 0 },
        { part: "workorders", removed: 1 },
      ]);
      await simon.apply("customerChanged", [...events, change("a12", "K3", { revision: 900 })]);
      assert.deepEqual(await simon.customers("a12"), []);
      const { rows: articles } = await simon.pool.query("select from simon.articles where tenant_id = 'a12'");
      assert.equal(articles.length, 1, "a part that was not named stays");
      await simon.apply("customerChanged", [change("a12", "K1", { epoch: 2, revision: 1 })], {
        firstOffset: 9,
      });
      const wipe = (headers: Record<string, string>) => ({ key: "a12/K1", value: null, headers });
      await simon.apply("customerChanged", [wipe({ epoch: "2" })], { firstOffset: 10 });
      assert.equal((await simon.customers("a12")).length, 1, "a wipe of lower epochs leaves it");
      await simon.apply("customerChanged", [wipe({})], { firstOffset: 11 });
      assert.deepEqual(await simon.customers("a12"), []);
      await assert.rejects(world.pool.query("select simon.empty_tenant('a12', 2, '{}')"), /not above/);
      await openWorkorder(world, "a12", "w1", await freshCustomer("a12"));
      const { rows } = await world.pool.query<Row>(
        "select number from simon.workorders where tenant_id = 'a12'",
      );
      assert.equal(rows[0]?.["number"], numbered(2), "numbers go on: Unit4 knows orders by them");
    },
  );

  await t.test("W16: a workorder shows what became of its latest archiving", async () => {
    await world.pool.query(
      `insert into simon.workorders (tenant_id, workorder_id, status, archived_at)
       values ('w16', 'w1', 'archived', to_timestamp(1795000000.123))`,
    );
    const result = async () =>
      (
        await simon.pool.query<Row>(
          "select result, order_id, code from simon.workorder_results where tenant_id = 'w16'",
        )
      ).rows;
    const settled = (overrides: Partial<OrderSettled>) => ({
      key: "w16/w1",
      value: {
        ...{ tenantId: "w16", workorderId: "w1", workorderNumber: "WB-2026-000001", outcome: "written" },
        ...{ orderId: "20260038", code: "ORDER_WRITTEN", params: {}, attempts: 1 },
        ...{ archivedAt: 1_795_000_000_123, settledAt: 1_795_000_002_000 },
        ...overrides,
      },
    });
    assert.deepEqual(await result(), [{ result: "waiting", order_id: null, code: null }]);
    const refused = settled({
      outcome: "refused",
      orderId: null,
      code: "ORDER_REFUSED",
      settledAt: 1_795_000_001_000,
    });
    await simon.apply("orderSettled", [refused]);
    assert.deepEqual(await result(), [{ result: "refused", order_id: null, code: "ORDER_REFUSED" }]);
    await simon.apply("orderSettled", [settled({})], { firstOffset: 1 });
    await simon.apply("orderSettled", [refused]);
    assert.deepEqual(await result(), [{ result: "written", order_id: "20260038", code: "ORDER_WRITTEN" }]);
    await world.pool.query("update simon.workorders set archived_at = now() where tenant_id = 'w16'");
    assert.equal(
      (await result())[0]?.["result"],
      "waiting",
      "archived again: that archiving has no outcome yet",
    );
  });

  async function checksum(table: string, tenantId: string): Promise<unknown> {
    const { rows } = await simon.pool.query<Row>(
      `select md5(string_agg(xmin::text || t::text, '|' order by t::text)) as sum from simon.${table} t where tenant_id = $1`,
      [tenantId],
    );
    return rows[0]?.["sum"];
  }

  async function freshCustomer(tenantId: string): Promise<string> {
    await world.pool.query("insert into simon.customers (tenant_id, customer_id) values ($1, 'fresh')", [
      tenantId,
    ]);
    return "fresh";
  }
});

const numbered = (number: number): string =>
  `WB-${new Date().getFullYear()}-${String(number).padStart(6, "0")}`;

test("rows in Simon from the topics, by the service itself", async (t) => {
  const world = await createWorld(t);
  const registry = await registryWithSwitch(t, world);
  const start = () =>
    world.start("simon-projector", { SCHEMA_REGISTRY_URL: registry.url, KAFKA_SESSION_TIMEOUT_MS: "6000" });
  let service = await start();

  const customer = async (tenantId: string, customerId: string): Promise<Row | undefined> => {
    const { rows } = await world.pool.query<Row>(
      "select * from simon.customers where tenant_id = $1 and customer_id = $2",
      [tenantId, customerId],
    );
    return rows[0];
  };

  await t.test(
    "O21: poison costs only itself, a tombstone wipes, and the next record is there within 5 s",
    async () => {
      const encoder = await world.avro.encoder<object>(TOPICS.customerChanged.name, "customer-changed");
      const good = encoder.encode(customerChanged("o21", "K", {}));
      await world.send("customerChanged", "o21/K9", customerChanged("o21", "K9", {}));
      await until("K9", () => customer("o21", "K9"));
      const poison: Record<string, Buffer> = {
        empty: Buffer.alloc(0),
        short: Buffer.from([0, 0, 0]),
        magic: Buffer.from([1, 0, 0, 0, 7, 2, 65]),
        unknown: frame(999_999, good.subarray(5)),
        truncated: good.subarray(0, Math.floor(good.length / 2)),
        meaningless: encoder.encode({ ...customerChanged("o21", "meaningless", {}), customer: null }),
        huge: Buffer.alloc(2 * 1024 * 1024, 7),
      };
      await world.send("customerChanged", "o21/K9", null);
      for (const [name, value] of Object.entries(poison))
        await world.send("customerChanged", `o21/${name}`, value);
      await world.send("customerChanged", "o21/K1", customerChanged("o21", "K1", {}));
      await until("K1", () => customer("o21", "K1"), 5_000);
      assert.equal(await customer("o21", "K9"), undefined);
      const letters = await world.records("deadLetter");
      assert.deepEqual(
        letters.map(({ key, bytes, headers }) => [key, bytes, headers["x-orig-topic"]]).sort(),
        Object.entries(poison)
          .map(([name, value]) => [`o21/${name}`, value, TOPICS.customerChanged.name])
          .sort(),
      );
    },
  );

  await t.test(
    "O22, O21: a new state in the writer's schema is unknown; while the registry is down it waits",
    async () => {
      const { id, type } = await registerWiderSchema(world);
      const bytes = (customerId: string, overrides: object) =>
        frame(
          id,
          type.toBuffer({ ...customerChanged("o22", customerId, { name: "Bijgewerkt" }), ...overrides }),
        );
      await world.send("customerChanged", "o22/K2", customerChanged("o22", "K2", { name: "Eerst" }));
      await until("K2", () => customer("o22", "K2"));

      registry.isUp = false;
      await world.send(
        "customerChanged",
        "o22/K2",
        bytes("K2", { revision: 2, change: "blocked", stateCode: "B" }),
      );
      await world.send("customerChanged", "o22/K1", bytes("K1", { change: "present" }));
      await until(
        "a hold",
        async () => (await service.metric("simon_consumer_holds_total", { reason: "registry" })) > 0,
      );
      assert.equal((await customer("o22", "K2"))?.["name"], "Eerst");
      const poisonBefore = (await world.records("deadLetter")).length;

      registry.isUp = true;
      await until("K1", () => customer("o22", "K1"));
      const [k1, k2] = [await customer("o22", "K1"), await customer("o22", "K2")];
      assert.deepEqual([k1?.["state"], k1?.["name"]], ["active", "Bijgewerkt"]);
      assert.deepEqual([k2?.["state"], k2?.["name"]], ["unknown", "Bijgewerkt"]);
      assert.equal((await world.records("deadLetter")).length, poisonBefore, "an outage sets nothing aside");
      const warnings = await world.records<MessageLogged>("messageLogged");
      assert.deepEqual(
        warnings
          .filter(({ value }) => value?.tenantId === "o22")
          .map(({ value }) => [value?.code, value?.params["stateCode"]]),
        [["CUSTOMER_STATE_UNKNOWN", "B"]],
      );
    },
  );

  await t.test(
    "M14: killed in the middle of 20,000 events, started again, and replayed: rows equal to the events",
    async () => {
      const tenants = ["m14-a", "m14-b", "m14-c", "m14-d"];
      const encoder = await world.avro.encoder<object>(TOPICS.customerChanged.name, "customer-changed");
      const publishAll = async () => {
        for (let revision = 1; revision <= 5; revision += 1)
          await world.publisher.publish(
            tenants.flatMap((tenantId) =>
              Array.from({ length: 1_000 }, (_, index) => {
                const name = `Klant ${index} v${revision}`;
                const value = customerChanged(tenantId, `K${index}`, {
                  revision,
                  name,
                  observedAt: Date.now(),
                });
                return {
                  topic: TOPICS.customerChanged.name,
                  key: `${tenantId}/K${index}`,
                  value: encoder.encode(value),
                };
              }),
            ),
          );
      };
      const published = publishAll();
      const rows = async (where: string) =>
        (
          await world.pool.query<{ n: number }>(
            `select count(*) as n from simon.customers where tenant_id like 'm14-%' ${where}`,
          )
        ).rows[0]?.n ?? 0;
      await until("the middle", async () => (await rows("and revision >= 2")) > 500);
      assert.ok((await rows("and revision = 5")) < 4_000, "it was killed in the middle");
      await service.kill9();
      await published;
      service = await start();
      await until(
        "the last revision everywhere",
        async () => (await rows("and revision = 5")) === 4_000,
        30_000,
      );
      assert.equal(await rows("and name = 'Klant ' || substr(customer_id, 2) || ' v5'"), 4_000);
      assert.ok((await service.metric("simon_change_latency_seconds_count", { entity: "customer" })) > 0);
      await service.stop();

      const sum = async () =>
        (
          await world.pool.query<Row>(
            "select md5(string_agg(xmin::text || c::text, '|' order by c::text)) as sum from simon.customers c",
          )
        ).rows[0]?.["sum"];
      const ends = async () =>
        (
          await world.pool.query<Row>(
            "select topic, partition, next_offset from simon.positions order by 1, 2",
          )
        ).rows;
      const [sumBefore, endsBefore] = [await sum(), await ends()];
      await world.pool.query("update simon.positions set next_offset = 0");
      service = await start();
      await until(
        "the end of the replay",
        async () => JSON.stringify(await ends()) === JSON.stringify(endsBefore),
        30_000,
      );
      assert.equal(await sum(), sumBefore, "the replay changed a row");
      assert.equal(
        await service.metric("simon_change_latency_seconds_count"),
        0,
        "replays do not count as latency",
      );
      assert.ok((await service.metric("simon_rows_projected_total", { action: "stale" })) >= 20_000);
    },
  );
});

/** The registry behind a door that can be shut: then it answers 503. */
async function registryWithSwitch(t: TestContext, world: World) {
  const state = { isUp: true, url: "" };
  const base = new URL(world.registryUrl);
  const door = createServer();
  door.on("request", async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (!state.isUp) return void response.writeHead(503).end();
    const hasBody = request.method !== "GET";
    const answer = await fetch(new URL(request.url ?? "/", base), {
      method: request.method ?? "GET",
      headers: { "content-type": request.headers["content-type"] ?? "application/json" },
      ...(hasBody ? { body: Buffer.concat(chunks) } : {}),
    });
    response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
  });
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  t.after(() => door.close());
  state.url = `http://127.0.0.1:${(door.address() as AddressInfo).port}${base.pathname}`;
  return state;
}

/** The schema of customer changes as a later release may have it: with one more state. */
async function registerWiderSchema(world: World) {
  const schema = JSON.parse(schemaText("customer-changed"));
  const change = schema.fields.find(({ name }: { name: string }) => name === "change");
  change.type.symbols.splice(1, 0, "blocked");
  const subject = subjectOf(world.topicPrefix + TOPICS.customerChanged.name);
  const answer = await fetch(`${world.registryUrl}/subjects/${subject}/versions`, {
    method: "POST",
    headers: { "content-type": "application/vnd.schemaregistry.v1+json" },
    body: JSON.stringify({ schema: JSON.stringify(schema) }),
  });
  const { id } = (await answer.json()) as { id: number };
  assert.ok(answer.ok, `the registry takes the wider schema: ${answer.status}`);
  return { id, type: avsc.Type.forSchema(schema, { wrapUnions: "never" }) };
}
