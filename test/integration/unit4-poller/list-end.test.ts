import assert from "node:assert/strict";
import { test } from "node:test";
import type { SeenRequest } from "../../../infra/sandbox/multivers/request/seen-request.ts";
import { createPollerWorld } from "../../support/poller-world.ts";

/** A server that gives at most `cap` rows at once, and begins at the front whatever is skipped. */
const ignoringSkip =
  (cap: number) =>
  ({ query }: SeenRequest): null => {
    query.delete("$skip");
    query.set("$top", String(Math.min(cap, Number(query.get("$top") ?? cap))));
    return null;
  };

test("O45: only a pass that provably reached its end concludes anything", async (t) => {
  const { world, erp, turn, round, news, schedule } = await createPollerWorld(t, [
    { database: "MVL00001", portalUser: "repeating", size: 350 },
    { database: "MVL00002", portalUser: "capped", size: 350 },
    { database: "MVL00003", portalUser: "short", size: 350 },
  ]);
  const { multivers } = erp;
  const progress = async (tenantId: string) =>
    (
      await world.pool.query(
        `select done, finished_at is not null as "isFinished" from unit4_poller.progress
         where tenant_id = $1 and entity = 'customer'`,
        [tenantId],
      )
    ).rows[0];
  const lastReadAt = async (tenantId: string): Promise<Date | null> =>
    (
      await world.pool.query("select last_scan_at as at from unit4_poller.schedules where tenant_id = $1", [
        tenantId,
      ])
    ).rows[0]?.at;
  const customerCodes = (messages: readonly { readonly code: string }[]): readonly string[] =>
    messages.map(({ code }) => code).filter((code) => code.startsWith("CUSTOMER"));

  /** Pages of the customers that were asked for while `work` went on, those of one row, which only count, apart. */
  const pagesAskedIn = async (work: () => Promise<unknown>): Promise<number> => {
    const from = multivers.requests.length;
    await work();
    return multivers.requests
      .slice(from)
      .filter(({ path, query }) => path.endsWith("/CustomerInfoList") && query.get("$top") !== "1").length;
  };

  for (const pageRows of [100, 1_000])
    await t.test(
      `a first load whose pages repeat is not finished, and one warning says so; ${pageRows} asked`,
      async () => {
        await erp.connect({ tenantId: "repeating", database: "MVL00001" });
        multivers.intercept = ignoringSkip(100);
        assert.equal(await pagesAskedIn(() => turn("repeating", { pageRows })), 3, "it is not read for ever");
        const first = await news("repeating");
        assert.equal(first.customers.length, 100);
        assert.deepEqual(customerCodes(first.messages), ["CUSTOMERS_INCOMPLETE"]);
        assert.deepEqual(await progress("repeating"), { done: 100, isFinished: false });
        assert.equal((await schedule("repeating")).outcome, "finished");
        const before = await lastReadAt("repeating");

        await turn("repeating", { pageRows });
        await turn("repeating", { pageRows });
        assert.deepEqual(await news("repeating"), { customers: [], articles: [], messages: [] });
        assert.deepEqual(await progress("repeating"), { done: 100, isFinished: false });
        assert.deepEqual(await lastReadAt("repeating"), before, "it was not read to its end");

        multivers.intercept = null;
        await round("repeating", { pageRows });
        const rest = await news("repeating");
        assert.equal(rest.customers.length, 250);
        assert.deepEqual(customerCodes(rest.messages).toSorted(), [
          "CUSTOMERS_LOADED",
          "CUSTOMERS_WHOLE_AGAIN",
        ]);
        assert.deepEqual(await progress("repeating"), { done: 350, isFinished: true });
      },
    );

  await t.test("a later pass whose pages repeat deletes nothing, however often it comes", async () => {
    multivers.intercept = ignoringSkip(100);
    for (let pass = 0; pass < 4; pass += 1) await turn("repeating", { pageRows: 1_000 });
    const repeated = await news("repeating");
    assert.deepEqual(repeated.customers, []);
    assert.deepEqual(customerCodes(repeated.messages), ["CUSTOMERS_INCOMPLETE"]);
    multivers.intercept = null;
    await round("repeating", { pageRows: 1_000 });
    const after = await news("repeating");
    assert.deepEqual(after.customers, []);
    assert.deepEqual(customerCodes(after.messages), ["CUSTOMERS_WHOLE_AGAIN"]);
  });

  await t.test("a server that caps pages at 100 while 1,000 are asked is read to its end", async () => {
    await erp.connect({ tenantId: "capped", database: "MVL00002" });
    multivers.intercept = ({ query }) => {
      query.set("$top", String(Math.min(100, Number(query.get("$top")))));
      return null;
    };
    await round("capped", { pageRows: 1_000 });
    const { customers, messages } = await news("capped");
    assert.equal(new Set(customers.map(({ customerId }) => customerId)).size, 350);
    assert.deepEqual(customerCodes(messages), ["CUSTOMERS_LOADED"]);
  });

  await t.test(
    "a list shorter than a page ends by itself, whether its server skips or repeats it",
    async () => {
      await erp.connect({ tenantId: "short", database: "MVL00003" });
      const pageRows = 1_000;
      multivers.intercept = ignoringSkip(Number.POSITIVE_INFINITY);
      assert.equal(await pagesAskedIn(() => turn("short", { pageRows })), 3);
      const repeated = await news("short");
      assert.equal(repeated.customers.length, 350);
      assert.deepEqual(customerCodes(repeated.messages), ["CUSTOMERS_INCOMPLETE"]);
      assert.equal((await schedule("short")).outcome, "finished");
      // A row that goes is not missed as long as nothing proves the end, and comes as gone afterwards.
      const [gone = ""] = multivers.administration("MVL00003").customers.keys();
      multivers.administration("MVL00003").deleteCustomer(gone);
      assert.equal(await pagesAskedIn(() => turn("short", { pageRows })), 3);
      assert.deepEqual(await news("short"), { customers: [], articles: [], messages: [] });
      multivers.intercept = null;
      assert.equal(await pagesAskedIn(() => turn("short", { pageRows })), 2);
      await turn("short", { pageRows });
      const whole = await news("short");
      assert.deepEqual(
        whole.customers.map(({ customerId, change }) => [customerId, change]),
        [[gone, "gone"]],
      );
      assert.deepEqual(customerCodes(whole.messages).toSorted(), [
        "CUSTOMERS_LOADED",
        "CUSTOMERS_WHOLE_AGAIN",
      ]);
      // Once an empty page has proved its length, one page is the whole list.
      assert.equal(await pagesAskedIn(() => turn("short", { pageRows })), 1);
    },
  );
});
