import assert from "node:assert/strict";
import { test } from "node:test";
import { createPollerWorld } from "../../support/poller-world.ts";

const SIZES = { two: 2, eight: 8, twelve: 12, forty: 40 } as const;
const TENANTS = Object.keys(SIZES) as (keyof typeof SIZES)[];

test("O51: a small administration that loses most of its rows keeps them until a person says so", async (t) => {
  const { erp, round, news } = await createPollerWorld(
    t,
    TENANTS.map((tenantId, index) => ({ database: `MVL0000${index}`, portalUser: tenantId, size: "empty" })),
  );
  const { multivers } = erp;
  const administrations = new Map(
    TENANTS.map((tenantId, index) => [tenantId, multivers.administration(`MVL0000${index}`)]),
  );
  for (const [index, tenantId] of TENANTS.entries()) {
    for (let customer = 1; customer <= SIZES[tenantId]; customer += 1)
      administrations.get(tenantId)?.putCustomer({ customerId: `K${customer}` });
    await erp.connect({ tenantId, database: `MVL0000${index}` });
    await round(tenantId);
    await news(tenantId);
  }
  const remove = (tenantId: keyof typeof SIZES, from: number, to: number): void => {
    for (let customer = from; customer <= to; customer += 1)
      administrations.get(tenantId)?.deleteCustomer(`K${customer}`);
  };
  /** Ids that are told gone, and what is said, over so many rounds. */
  const after = async (tenantId: keyof typeof SIZES, rounds: number) => {
    for (let one = 0; one < rounds; one += 1) await round(tenantId);
    const { customers, messages } = await news(tenantId);
    return {
      gone: customers.filter(({ change }) => change === "gone").length,
      codes: messages.map(({ code }) => code),
    };
  };
  const HALTED = { gone: 0, codes: ["CUSTOMER_DELETIONS_HALTED"] };

  await t.test("1 of 8 and 2 of 12 are left: halted with a question, nothing is gone", async () => {
    remove("eight", 2, 8);
    assert.deepEqual(await after("eight", 4), HALTED);
    remove("twelve", 3, 12);
    assert.deepEqual(await after("twelve", 4), HALTED);
  });
  await t.test("1 of 2 is left: one row goes", async () => {
    remove("two", 2, 2);
    assert.deepEqual(await after("two", 2), { gone: 1, codes: [] });
  });
  await t.test(
    "10 of 40, a few at a time: the second part halts, since it is measured from the day before",
    async () => {
      remove("forty", 1, 4);
      assert.deepEqual(await after("forty", 2), { gone: 4, codes: [] });
      remove("forty", 5, 10);
      assert.deepEqual(await after("forty", 4), HALTED);
    },
  );
});
