import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessageLogged } from "../../../schemas/records.ts";
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
import { createWorld } from "../../support/world.ts";

test("the cleaning of rows in Simon", async (t) => {
  const world = await createWorld(t);
  const simon = await projector(t, world);

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

  await t.test("M4: a cleaning that was missed night after night is done at once", async () => {
    await activate(world, "m4-missed");
    await simon.apply("customerChanged", [change("m4-missed", "K1", { change: "inactive" })]);
    await world.pool.query(
      "insert into simon.cleaning_schedules (tenant_id, next_due_at, missed) values ('m4-missed', now() - interval '7 hours', 2)",
    );
    await simon.cleanAsPlanned("m4-missed");
    const { rows } = await simon.pool.query<Row>(
      "select missed, next_due_at > now() as planned from simon.cleaning_schedules where tenant_id = 'm4-missed'",
    );
    assert.deepEqual(rows, [{ missed: 0, planned: true }]);
    assert.equal((await simon.customers("m4-missed"))[0]?.["state"], "removed");
  });

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
});
