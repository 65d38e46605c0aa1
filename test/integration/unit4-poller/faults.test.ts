import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import type { Publisher } from "../../../services/shared/kafka/producer.ts";
import { viewFleet } from "../../../services/unit4-poller/fleet/fleet-view.ts";
import { createPollerWorld } from "../../support/poller-world.ts";

/** What a torn restore may leave. */
const TORN: Readonly<Record<string, Buffer>> = {
  "bytes of nothing": Buffer.from("torn"),
  "no bytes": Buffer.alloc(0),
  "another packing": brotliCompressSync(Buffer.from("rows")),
};

test("O40: what cannot be processed of one tenant", async (t) => {
  const { world, erp, turn, round, news, schedule } = await createPollerWorld(t, [
    { database: "MVL00001", portalUser: "vos", size: 25 },
    { database: "MVL00002", portalUser: "bos", size: 25 },
  ]);
  const administration = erp.multivers.administration("MVL00001");
  for (const [tenantId, database] of [
    ["vos", "MVL00001"],
    ["bos", "MVL00002"],
  ] as const) {
    await erp.connect({ tenantId, database });
    await round(tenantId);
    await news(tenantId);
  }
  const customerId = administration.customersById[3]?.customerId ?? "";
  const codesOf = async (tenantId: string) => (await news(tenantId)).messages.map(({ code }) => code);

  for (const [what, rows] of Object.entries(TORN))
    await t.test(`a snapshot of ${what} is given up, and its list is read anew in full`, async () => {
      await world.pool.query(
        "update unit4_poller.snapshots set rows = $1 where entity = 'customer' and tenant_id = 'vos'",
        [rows],
      );
      administration.putCustomer({ customerId, name: `Na ${what}` });
      const turns = await round("vos");
      assert.equal(turns, 2, "one that gives up, one that reads");
      const { customers, messages } = await news("vos");
      assert.equal(customers.length, 25);
      assert.equal(customers.find((one) => one.customerId === customerId)?.customer?.name, `Na ${what}`);
      assert.deepEqual(messages, []);
      await round("vos");
      assert.deepEqual((await news("vos")).customers, []);
    });

  await t.test("a snapshot that only the look-ups of addresses read is given up too", async () => {
    await erp.connect({ tenantId: "bos", database: "MVL00002", settings: { firstWorkAddress: "invoice" } });
    await round("bos", { addressBudget: 5 });
    await news("bos");
    await world.pool.query(
      "update unit4_poller.snapshots set rows = 'torn' where entity = 'customer' and tenant_id = 'bos'",
    );
    assert.equal(await round("bos", { addressBudget: 5 }), 2, "one that gives up, one that reads");
    assert.equal((await news("bos")).customers.length, 25);
    assert.equal((await schedule("bos")).failures, 0);
  });

  await t.test(
    "a snapshot that is cut off after it was unpacked is given up too, and a scan that was handed over",
    async () => {
      await turn("vos", { pageRows: 10, turnPages: 1, waiting: "bos" });
      await world.pool.query("update unit4_poller.scan_pages set rows = 'torn'");
      administration.putCustomer({ customerId, name: "Nog eens" });
      await round("vos", { pageRows: 10 });
      assert.equal(
        (await news("vos")).customers.some((one) => one.customer?.name === "Nog eens"),
        true,
      );
    },
  );

  await t.test(
    "a record that is larger than its topic takes: failing, backing off, told after the second time",
    async () => {
      administration.putCustomer({ customerId, name: "x".repeat(5 * 1024 * 1024) });
      const articleId = administration.productsById[0]?.productId ?? "";
      administration.putProduct({ productId: articleId, description: "Kraan" });
      const rests: number[] = [];
      const said: string[][] = [];
      const articles: number[] = [];
      for (let failed = 1; failed <= 6; failed += 1) {
        await turn("vos");
        const { dueInMs, failures, outcome } = await schedule("vos");
        assert.deepEqual([failures, outcome], [failed, "RECORD_TOO_LARGE"]);
        rests.push(dueInMs);
        const told = await news("vos");
        said.push(told.messages.map(({ code }) => code));
        articles.push(told.articles.length);
      }
      assert.deepEqual(said, [[], ["CUSTOMERS_OUT_OF_DATE"], [], [], [], []]);
      assert.deepEqual(articles, [1, 0, 0, 0, 0, 0], "the other list goes on");
      assert.ok((rests[5] ?? 0) > 4 * (rests[0] ?? 0), `rests of ${rests}`);
      const { failing, polled } = await viewFleet(world.pool);
      assert.deepEqual({ failing, polled }, { failing: 1, polled: 1 });

      administration.putCustomer({ customerId, name: "Kort" });
      await round("vos");
      assert.deepEqual(await codesOf("vos"), ["CUSTOMERS_UP_TO_DATE"]);
      assert.equal((await schedule("vos")).failures, 0);
    },
  );

  await t.test("values that Postgres refuses are a fault of this tenant, an outage is not", async () => {
    administration.putCustomer({ customerId, name: "Weigering" });
    await world.pool.query(
      "alter table unit4_poller.snapshots add constraint refused check (tenant_id <> 'vos') not valid",
    );
    await turn("vos");
    await turn("vos");
    assert.deepEqual([(await schedule("vos")).failures, (await schedule("vos")).outcome], [2, "error"]);
    assert.deepEqual(await codesOf("vos"), ["CUSTOMERS_OUT_OF_DATE"]);
    await world.pool.query("alter table unit4_poller.snapshots drop constraint refused");
    await round("vos");
    assert.deepEqual(await codesOf("vos"), ["CUSTOMERS_UP_TO_DATE"]);
  });

  await t.test("what our own code throws is a fault of this tenant", async () => {
    const broken: Publisher = {
      publish: () => Promise.reject(new TypeError("a fault")),
      close: async () => {},
    };
    administration.putCustomer({ customerId, name: "Fout" });
    await turn("vos", { publisher: broken });
    assert.deepEqual([(await schedule("vos")).failures, (await schedule("vos")).outcome], [1, "TypeError"]);
    await turn("vos", { publisher: broken });
    assert.equal((await schedule("vos")).failures, 2);
    assert.deepEqual(await codesOf("vos"), ["CUSTOMERS_OUT_OF_DATE"]);
  });

  await t.test("settings that cannot be read are a fault of this tenant", async () => {
    await round("vos");
    await news("vos");
    await world.pool.query(
      `update integration.settings_versions set settings = '{"articleGroups": 5}' where tenant_id = 'vos'`,
    );
    await turn("vos");
    await turn("vos");
    assert.deepEqual(
      [(await schedule("vos")).failures, (await schedule("vos")).outcome],
      [2, "SETTINGS_UNREADABLE"],
    );
    assert.deepEqual(await codesOf("vos"), ["CUSTOMERS_OUT_OF_DATE"]);
  });
});
