import assert from "node:assert/strict";
import { test } from "node:test";
import type { OrderSettled } from "../../../schemas/records.ts";
import type { Pool } from "../../../services/shared/postgres.ts";
import {
  activate,
  articleChange,
  change,
  gone,
  numbered,
  openWorkorder,
  projector,
  type Row,
} from "../../support/projector-world.ts";
import { createWorld, type World } from "../../support/world.ts";

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
    const before = await checksum(simon.pool, "customers", "m14");
    assert.deepEqual(await simon.apply("customerChanged", events), []);
    assert.deepEqual(await simon.apply("customerChanged", events, { size: 1 }), []);
    assert.equal(await checksum(simon.pool, "customers", "m14"), before);
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
        const { rows } = await world.pool.query<Row>(
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
        change("m8", "K2", { revision: 1, organizationId: 58 }),
      ]);
      await world.pool.query(
        `insert into simon.work_addresses (tenant_id, work_address_id, customer_id, street)
       values ('m8', 'w1', 'K1', 'Bouwplaats 1'), ('m8', 'w2', 'K1', 'Bouwplaats 2'), ('m8', 'w3', 'K2', 'Loods 3')`,
      );
      const before = await checksum(simon.pool, "work_addresses", "m8");
      await simon.apply(
        "customerChanged",
        [change("m8", "K1", { revision: 2, street1: "Elders 5" }), gone("m8", "K1", 3)],
        {
          firstOffset: 9,
        },
      );
      assert.equal(await checksum(simon.pool, "work_addresses", "m8"), before);
      await simon.clean("m8");
      const { rows } = await world.pool.query<Row>(
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
          await world.pool.query<Row>(`select ${id} as id from simon.${view} where tenant_id = 'm5'`)
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
    "A12: what was emptied does not come back, a tombstone wipes, a higher epoch begins anew",
    async () => {
      const events = [change("a12", "K1", { revision: 5 }), change("a12", "K2", { revision: 5 })];
      await simon.apply("customerChanged", events);
      await simon.apply("articleChanged", [articleChange("a12", "17", {})]);
      await openWorkorder(world, "a12", "w1", "K1");
      const parts = "{customers,workAddresses,workorders}";
      const slice = async (most: number) =>
        (await world.pool.query("select * from simon.empty_slice('a12', 2, $1, $2)", [parts, most])).rows;
      await assert.rejects(slice(2), /has not begun/);
      await world.pool.query("select simon.begin_emptying('a12', 2, $1)", [parts]);
      const emptied = [...(await slice(2)), ...(await slice(2))];
      assert.deepEqual(
        emptied.map((row) => [row["part"], row["record_id"], row["is_from_unit4"]]),
        [
          ["customers", "K1", true],
          ["customers", "K2", true],
          ["workorders", "w1", false],
        ],
      );
      assert.deepEqual(await slice(2), []);
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
      await assert.rejects(world.pool.query("select simon.begin_emptying('a12', 2, '{}')"), /not above/);
      await openWorkorder(world, "a12", "w1", await freshCustomer(world, "a12"));
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
        await world.pool.query<Row>(
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
});

async function checksum(pool: Pool, table: string, tenantId: string): Promise<unknown> {
  const { rows } = await pool.query<Row>(
    `select md5(string_agg(xmin::text || t::text, '|' order by t::text)) as sum from simon.${table} t where tenant_id = $1`,
    [tenantId],
  );
  return rows[0]?.["sum"];
}

async function freshCustomer(world: World, tenantId: string): Promise<string> {
  await world.pool.query("insert into simon.customers (tenant_id, customer_id) values ($1, 'fresh')", [
    tenantId,
  ]);
  return "fresh";
}
