import assert from "node:assert/strict";
import { test } from "node:test";
import { settingsSchema } from "../../../services/shared/domain/settings.ts";
import { wakeTenants } from "../../../services/unit4-poller/schedule.ts";
import { createPollerWorld } from "../../support/poller-world.ts";
import { deactivateTenant, saveSettings } from "../../support/tenant-registry.ts";
import { until } from "../../support/until.ts";

const changesOf = (
  events: readonly { readonly change: string; readonly customerId?: string; readonly articleId?: string }[],
) => events.map(({ change, customerId, articleId }) => `${change} ${customerId ?? articleId}`);

test("what changes in Unit4 reaches the topics", async (t) => {
  const { world, erp, poller, turn, round, news, schedule } = await createPollerWorld(t, [
    { database: "MVL00001", portalUser: "linde", size: 230 },
    { database: "MVL00002", portalUser: "bos", size: "empty" },
    { database: "MVL00003", portalUser: "dates", size: "empty" },
    { database: "MVL00004", portalUser: "groups", size: "empty" },
    { database: "MVL00005", portalUser: "large", size: 350 },
  ]);
  const { multivers } = erp;
  const linde = multivers.administration("MVL00001");

  await t.test(
    "M1: the first load brings every customer and article, in Unit4's order, with codes unchanged",
    async () => {
      await erp.connect({ tenantId: "linde", database: "MVL00001" });
      await round("linde");
      const { customers, articles, messages } = await news("linde");
      assert.deepEqual(
        customers.map((event) => event.customerId),
        linde.customersById.map((row) => row.customerId),
      );
      assert.deepEqual(
        articles.map((event) => event.articleId),
        linde.productsById.filter((row) => row.productType !== 1).map((row) => row.productId),
        "M10: all but the text articles, by default",
      );
      assert.ok(customers.every((event) => event.epoch === 1 && event.revision > 0));
      assert.deepEqual(
        messages
          .filter(({ code }) => code.endsWith("_LOADED"))
          .map(({ code, params }) => [code, params["count"]]),
        [
          ["CUSTOMERS_LOADED", "230"],
          ["ARTICLES_LOADED", String(articles.length)],
        ],
      );
    },
  );

  await t.test(
    "O05: a second poll of the same lists gives no events, and asks for no more than their pages",
    async () => {
      const asked = multivers.requests.length;
      await round("linde");
      assert.deepEqual(await news("linde"), { customers: [], articles: [], messages: [] });
      assert.equal(multivers.requests.length - asked, 6, "three pages of each list");
    },
  );

  await t.test("O16: changes are seen by their content, under a higher revision, and once", async () => {
    const [first, second] = linde.customersById;
    assert.ok(first && second);
    linde.patchCustomer(first.customerId, { telephone: "050-9999", dateChanged: first.dateChanged });
    linde.putCustomer({ customerId: "99999", name: "Nieuw B.V.", shortName: "NIEUW" });
    const [article] = linde.productsById;
    assert.ok(article);
    linde.patchProduct(article.productId, { priceExclVat: 17.35 });
    await round("linde");
    const seen = await news("linde");
    assert.deepEqual(
      seen.customers.map((event) => event.customerId).sort(),
      [first.customerId, "99999"].sort(),
    );
    assert.equal(seen.customers[0]?.customer?.telephone, "050-9999");
    assert.equal(seen.articles[0]?.article?.priceExclVat, "17.35");
    await round("linde");
    assert.deepEqual(changesOf((await news("linde")).customers), []);
    assert.ok(second);
  });

  await t.test("A12: a new activation publishes everything anew under its own epoch", async () => {
    await erp.connect({ tenantId: "linde", database: "MVL00001" });
    await round("linde");
    const { customers } = await news("linde");
    assert.equal(customers.length, linde.customers.size);
    assert.ok(customers.every((event) => event.epoch === 2));
  });

  await t.test("A9: a tenant that is activated or connected anew is due at once", async () => {
    const dueInMs = async () => (await schedule("linde")).dueInMs;
    assert.ok((await dueInMs()) > 60_000);
    await wakeTenants(poller.pool, ["linde"]);
    assert.ok((await dueInMs()) > 60_000, "nothing has changed");
    await erp.connect({ tenantId: "linde", database: "MVL00001" });
    await wakeTenants(poller.pool, ["linde"]);
    assert.ok((await dueInMs()) <= 0);
    await round("linde");
    await news("linde");
  });

  await t.test(
    "O15: passive, expiring and unknown states are told as what they are, and nothing is gone",
    async () => {
      const bos = multivers.administration("MVL00002");
      bos.putCustomer({ customerId: "K1", customerStateId: "A" });
      bos.putCustomer({ customerId: "K2", customerStateId: "A" });
      for (const [productId, productState] of [
        ["A0", 0],
        ["A1", 1],
        ["A2", 2],
        ["A9", 9],
      ] as const)
        bos.putProduct({ productId, productState });
      await erp.connect({ tenantId: "bos", database: "MVL00002" });
      await round("bos");
      const first = await news("bos");
      assert.deepEqual(changesOf(first.articles), ["present A0", "inactive A1", "present A2", "unknown A9"]);
      bos.patchCustomer("K2", { customerStateId: "P" });
      await round("bos");
      assert.deepEqual(changesOf((await news("bos")).customers), ["inactive K2"]);
    },
  );

  await t.test(
    "O23: the same numbers in two administrations are two customers, each read with its own token",
    async () => {
      const bos = multivers.administration("MVL00002");
      bos.putCustomer({ customerId: "10001", name: "Garage Bos" });
      linde.putCustomer({ customerId: "10001", name: "Hotel De Linde" });
      await round("bos");
      await round("linde");
      const names = [...(await news("bos")).customers, ...(await news("linde")).customers].map(
        ({ tenantId, customer }) => `${tenantId} ${customer?.name}`,
      );
      assert.deepEqual(names, ["bos Garage Bos", "linde Hotel De Linde"]);
      for (const { database, owner } of multivers.requests)
        assert.equal(owner, database === "MVL00002" ? "bos" : "linde");
    },
  );

  await t.test(
    "O08: Dutch dates are calendar dates; one that cannot be is told once and the row is kept",
    async () => {
      const dates = multivers.administration("MVL00003");
      const texts = ["5-3-2024", "13-6-2024", "31-2-2024", "", "2024-03-05T00:00:00", "05-03-2024 0:00:00"];
      for (const [index, dateChanged] of texts.entries())
        dates.putCustomer({ customerId: `K${index}`, dateChanged });
      await erp.connect({ tenantId: "dates", database: "MVL00003" });
      await round("dates");
      const { customers, messages } = await news("dates");
      assert.deepEqual(
        customers.map((event) => event.changedOn),
        ["2024-03-05", "2024-06-13", null, null, "2024-03-05", "2024-03-05"],
      );
      const warnings = messages.filter(({ code }) => code === "CUSTOMER_DATE_UNREADABLE");
      assert.deepEqual(
        warnings.map(({ recordId, params }) => [recordId, params["value"]]),
        [["K2", "31-2-2024"]],
      );
      const { rows } = await world.pool.query(
        "select latest_changed_on::text as day from unit4_poller.progress where tenant_id = 'dates' and entity = 'customer'",
      );
      assert.deepEqual(rows, [{ day: "2024-06-13" }], "L4: the highest change date");
    },
  );

  await t.test(
    "M9: articles that a changed setting leaves out go at once, and come back with it",
    async () => {
      const groups = multivers.administration("MVL00004");
      groups.putProductGroup({ name: "77", value: "Ketels" });
      groups.putProduct({ productId: "KETEL", productGroupId: "77", productType: 2 });
      groups.putProduct({ productId: "UUR", productGroupId: "78", productType: 0 });
      await erp.connect({ tenantId: "groups", database: "MVL00004" });
      await round("groups");
      assert.deepEqual(changesOf((await news("groups")).articles), ["present KETEL", "present UUR"]);
      const save = (settings: object) =>
        saveSettings(world.pool, {
          tenantId: "groups",
          settings: settingsSchema.parse(settings),
          by: "test",
        });

      await save({ articleGroups: ["Ketels"] });
      await round("groups");
      assert.deepEqual(changesOf((await news("groups")).articles), ["gone UUR"]);
      await save({ articleGroups: ["ketels"] });
      await round("groups");
      assert.deepEqual(changesOf((await news("groups")).articles), ["gone KETEL"], "case-sensitive");
      await save({ articleTypes: [0] });
      await round("groups");
      assert.deepEqual(changesOf((await news("groups")).articles), ["present UUR"], "M10: by type");
      await save({});
      await round("groups");
      assert.deepEqual(changesOf((await news("groups")).articles), ["present KETEL"]);
    },
  );

  await t.test(
    "M11: a long first load makes room for others and goes on where it stopped, each time under a higher revision",
    async () => {
      const large = multivers.administration("MVL00005");
      await erp.connect({ tenantId: "large", database: "MVL00005" });
      const asked = multivers.requests.length;
      const turns = await round("large", { turnPages: 2, pageRows: 50, waiting: "linde" });
      assert.ok(turns >= 4, `${turns} turns`);
      const pages = multivers.requests
        .slice(asked)
        .filter(({ path, query }) => path.endsWith("CustomerInfoList") && query.get("$top") === "50");
      assert.equal(pages.length, 8, "no page is asked for twice");
      const { customers } = await news("large");
      assert.equal(customers.length, large.customers.size);
      const revisions = customers.map((event) => event.revision);
      assert.equal(new Set(revisions).size, 4, "O61: one for each of its turns");
      assert.deepEqual(
        revisions,
        revisions.toSorted((one, other) => one - other),
      );
      const { rows } = await world.pool.query(
        `select entity, done, total, finished_at is not null as "isFinished"
       from unit4_poller.progress where tenant_id = 'large' order by entity`,
      );
      assert.deepEqual(rows, [
        { entity: "article", done: 350, total: 350, isFinished: true },
        { entity: "customer", done: 350, total: 350, isFinished: true },
      ]);
    },
  );

  await t.test("A8: a tenant that is deactivated during a scan is asked nothing more", async () => {
    let asked = 0;
    multivers.intercept = ({ path }) => {
      if (!path.includes("MVL00005") || !path.endsWith("InfoList")) return null;
      asked += 1;
      return { delayMs: 1_100 };
    };
    const turning = turn("large", { pageRows: 50 });
    await until("the first call", () => asked === 1);
    await deactivateTenant(world.pool, "large");
    await turning;
    multivers.intercept = null;
    assert.equal(asked, 1);
    await news("large");
    assert.equal(
      (await schedule("large")).outcome,
      "finished",
      "the turn that was stopped has left no result",
    );
  });
});
