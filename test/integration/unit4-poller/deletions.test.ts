import assert from "node:assert/strict";
import { test } from "node:test";
import { decideBrake } from "../../../services/console/status/brake-acts.ts";
import { createPollerWorld } from "../../support/poller-world.ts";

const EMPTY_LIST = { headers: { "content-type": "application/json" }, body: "[]" };

test("what is missing from Unit4's lists", async (t) => {
  const { world, erp, turn, round, news, schedule } = await createPollerWorld(t, [
    { database: "MVL00001", portalUser: "shifting", size: "empty" },
    { database: "MVL00002", portalUser: "linde", size: 1_200 },
    { database: "MVL00003", portalUser: "bos", size: 40 },
  ]);
  const { multivers } = erp;
  const goneOf = async (tenantId: string) =>
    (await news(tenantId)).customers.flatMap(({ change, customerId }) =>
      change === "gone" ? [customerId] : [],
    );
  const codesOf = async (tenantId: string) => (await news(tenantId)).messages.map(({ code }) => code);
  const lookUps = (database: string, from: number) =>
    multivers.requests.slice(from).filter(({ path }) => path.startsWith(`/api/${database}/CustomerInfo/`))
      .length;

  await t.test(
    "O13: a row that a shifting list leaves out is not gone; the deleted one is, in its time",
    async () => {
      const shifting = multivers.administration("MVL00001");
      for (const customerId of ["K1", "K2", "K3", "K4", "K5", "K6", "K7"])
        shifting.putCustomer({ customerId });
      await erp.connect({ tenantId: "shifting", database: "MVL00001" });
      await round("shifting", { pageRows: 3 });
      await news("shifting");

      multivers.intercept = ({ query }) => {
        if (query.get("$skip") === "3") shifting.deleteCustomer("K2");
        return null;
      };
      await round("shifting", { pageRows: 3 });
      multivers.intercept = null;
      assert.deepEqual(await goneOf("shifting"), [], "K4 was on no page");
      await round("shifting", { pageRows: 3 });
      assert.deepEqual(await goneOf("shifting"), [], "one complete list without K2");
      await round("shifting", { pageRows: 3 });
      assert.deepEqual(await goneOf("shifting"), ["K2"], "M13: two complete lists and a look-up");
      await round("shifting", { pageRows: 3 });
      assert.deepEqual((await news("shifting")).customers, []);
    },
  );

  await t.test(
    "A9, M4: what Unit4 deleted while the integration was off is gone after it is on again",
    async () => {
      const shifting = multivers.administration("MVL00001");
      shifting.deleteCustomer("K7");
      await erp.connect({ tenantId: "shifting", database: "MVL00001" });
      await round("shifting", { pageRows: 3 });
      const { customers } = await news("shifting");
      assert.deepEqual(
        customers.map(({ customerId, change, epoch }) => [customerId, change, epoch]),
        ["K1", "K3", "K4", "K5", "K6"].map((id) => [id, "present", 2]),
      );
      await round("shifting", { pageRows: 3 });
      const [gone, ...others] = (await news("shifting")).customers;
      assert.deepEqual([gone?.customerId, gone?.change, gone?.epoch], ["K7", "gone", 2]);
      assert.deepEqual(others, []);
    },
  );

  await t.test("O13: a row that comes twice in a shifting list has one event", async () => {
    const shifting = multivers.administration("MVL00001");
    shifting.patchCustomer("K4", { name: "Nieuwe naam" });
    multivers.intercept = ({ query }) => {
      if (query.get("$skip") === "3" && !shifting.customers.has("K0"))
        shifting.putCustomer({ customerId: "K0" });
      return null;
    };
    await round("shifting", { pageRows: 3 });
    multivers.intercept = null;
    assert.deepEqual(
      (await news("shifting")).customers.map((event) => event.customerId),
      ["K4"],
    );
    await round("shifting", { pageRows: 3 });
    assert.deepEqual(
      (await news("shifting")).customers.map((event) => event.customerId),
      ["K0"],
    );
  });

  await t.test(
    "M13: a row that lists lack but a look-up finds stays, and what changed of it is told",
    async () => {
      const bos = multivers.administration("MVL00003");
      await erp.connect({ tenantId: "bos", database: "MVL00003" });
      await round("bos");
      await news("bos");
      const [hidden] = bos.customersById;
      assert.ok(hidden);
      const rows = bos.customersById.slice(1);
      multivers.intercept = ({ path, query }) =>
        path === "/api/MVL00003/CustomerInfoList"
          ? {
              ...EMPTY_LIST,
              body: query.get("$skip") === "0" || query.get("$skip") === null ? JSON.stringify(rows) : "[]",
            }
          : null;
      await round("bos");
      bos.patchCustomer(hidden.customerId, { name: "Verhuisd" });
      await round("bos");
      multivers.intercept = null;
      const { customers } = await news("bos");
      assert.deepEqual(
        customers.map(({ change, customer }) => [change, customer?.name]),
        [["present", "Verhuisd"]],
      );
      await round("bos");
      assert.deepEqual((await news("bos")).customers, []);
    },
  );

  await t.test(
    "O14: an empty list deletes nothing and is told once; the next whole list closes the question",
    async () => {
      await erp.connect({ tenantId: "linde", database: "MVL00002" });
      await round("linde");
      await news("linde");
      multivers.intercept = ({ path }) => (path === "/api/MVL00002/CustomerInfoList" ? EMPTY_LIST : null);
      for (let list = 1; list <= 3; list += 1) await round("linde");
      multivers.intercept = null;
      const { customers, messages } = await news("linde");
      assert.deepEqual(customers, []);
      assert.deepEqual(
        messages.map(({ code, kind, params }) => [code, kind, params["missing"], params["known"]]),
        [["CUSTOMER_DELETIONS_HALTED", "warning", "1200", "1200"]],
      );
      await round("linde");
      const after = await news("linde");
      assert.deepEqual(after.customers, [], "every row is known as it was");
      assert.deepEqual(
        after.messages.map(({ code, closes }) => [code, closes]),
        [["CUSTOMER_DELETIONS_RESUMED", ["CUSTOMER_DELETIONS_HALTED"]]],
      );
    },
  );

  await t.test(
    "M12: a list that lacks more than 20 % halts deletions; a dismissal keeps it silent",
    async () => {
      const linde = multivers.administration("MVL00002");
      const body = JSON.stringify(linde.customersById.slice(0, 900));
      multivers.intercept = ({ path, query }) =>
        path === "/api/MVL00002/CustomerInfoList"
          ? { ...EMPTY_LIST, body: (query.get("$skip") ?? "0") === "0" ? body : "[]" }
          : null;
      await round("linde", { pageRows: 1_000 });
      assert.deepEqual(await codesOf("linde"), ["CUSTOMER_DELETIONS_HALTED"]);
      assert.ok(
        await decideBrake(world.pool, { ...(await openBrake()), decision: "dismissed", by: "kantoor" }),
      );
      const asked = multivers.requests.length;
      for (let list = 1; list <= 3; list += 1) await round("linde", { pageRows: 1_000 });
      multivers.intercept = null;
      assert.equal(lookUps("MVL00002", asked), 0);
      assert.deepEqual(await news("linde"), { customers: [], articles: [], messages: [] });
      await round("linde", { pageRows: 1_000 });
      assert.deepEqual(await codesOf("linde"), ["CUSTOMER_DELETIONS_RESUMED"]);
    },
  );

  await t.test(
    "O14: a person's confirmation re-reads the list and removes at most what was shown, each looked up",
    async () => {
      const linde = multivers.administration("MVL00002");
      const ids = [...linde.customers.keys()];
      for (const id of ids.slice(0, 1_199)) linde.deleteCustomer(id);
      await round("linde");
      assert.deepEqual(await goneOf("linde"), []);
      const brake = await openBrake();
      assert.ok(
        !(await decideBrake(world.pool, {
          ...brake,
          revision: brake.revision - 1,
          decision: "confirmed",
          by: "kantoor",
        })),
      );
      assert.ok(await decideBrake(world.pool, { ...brake, decision: "confirmed", by: "kantoor" }));
      const [last] = ids.slice(-1);
      assert.ok(last !== undefined);
      linde.deleteCustomer(last);

      const asked = multivers.requests.length;
      const turns = await round("linde", { deletionBudget: 500 });
      assert.equal(turns, 3, "500 look-ups in a turn");
      const { customers, messages } = await news("linde");
      assert.equal(new Set(customers.map((event) => event.customerId)).size, 1_199);
      assert.ok(customers.every((event) => event.change === "gone" && event.customer === null));
      assert.ok(lookUps("MVL00002", asked) >= 1_199);
      assert.deepEqual(
        messages.map(({ code }) => code),
        ["CUSTOMER_DELETIONS_RESUMED"],
      );
      assert.equal((await schedule("linde")).failures, 0);
    },
  );

  async function openBrake() {
    const { rows } = await world.pool.query<{ revision: number }>(
      "select revision from unit4_poller.brakes where tenant_id = 'linde' and entity = 'customer'",
    );
    assert.ok(rows[0]);
    return { tenantId: "linde", entity: "customer", revision: rows[0].revision } as const;
  }
  assert.ok(turn);
});
