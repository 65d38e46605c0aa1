import assert from "node:assert/strict";
import { test } from "node:test";
import { forgetOldTotals } from "../../../services/shared/old-totals.ts";
import { createPollerWorld } from "../../support/poller-world.ts";

test("changes that were told count once in their hour and their day; a first load and a list read again do not", async (t) => {
  const { erp, round, turn, world } = await createPollerWorld(t, [
    { database: "MVL00001", portalUser: "bos", size: "empty" },
  ]);
  const administration = erp.multivers.administration("MVL00001");
  const ids = Array.from({ length: 30 }, (_, index) => `K${index + 1}`);
  for (const customerId of ids) administration.putCustomer({ customerId });
  await erp.connect({ tenantId: "bos", database: "MVL00001" });
  const counted = async () =>
    (
      await world.pool.query<{ span: string; changes: number }>(
        `select span, sum(changes)::int as changes from unit4_poller.totals where tenant_id = 'bos' group by span order by span`,
      )
    ).rows.map(({ span, changes }) => [span, changes]);
  await round("bos");
  assert.deepEqual(await counted(), []);

  for (const customerId of ids.slice(0, 3)) administration.putCustomer({ customerId, name: "Anders" });
  await round("bos");
  const three = [
    ["day", 3],
    ["hour", 3],
  ];
  assert.deepEqual(await counted(), three);
  await round("bos");
  assert.deepEqual(await counted(), three, "nothing changed");

  // Read over several turns, each of which stores what it has.
  for (const customerId of ids) administration.putCustomer({ customerId, name: "Weer anders" });
  for (let one = 0; one < 8; one += 1) await turn("bos", { pageRows: 10, turnPages: 1 });
  await round("bos");
  assert.deepEqual(await counted(), [
    ["day", 33],
    ["hour", 33],
  ]);

  await world.pool.query("update unit4_poller.totals set begins_at = begins_at - interval '9 days'");
  await forgetOldTotals(world.pool, "unit4_poller.totals", 10);
  assert.deepEqual(await counted(), [["day", 33]]);
});
