import assert from "node:assert/strict";
import { test } from "node:test";
import { A, createOrderWorld } from "../../support/order-world.ts";
import { workorderArchived } from "../../support/records.ts";
import { runbookCommands, typed } from "../../support/runbook.ts";
import { makeTopicAnew } from "../../support/topic-anew.ts";
import { until } from "../../support/until.ts";

test("O76: an order that was lost is asked for again by the page that tells how", async (t) => {
  const { world, unit4, administration, request, startWriter } = await createOrderWorld(t);
  const { customerId, lines } = request("any");
  const workArticle = { articleId: lines[0]?.articleId ?? "", articleType: 0, quantityScale: 2 };
  await unit4.connect({ ...A, settings: { workArticle } });
  await world.pool.query(
    `insert into simon.customers (tenant_id, customer_id, origin, epoch, revision, name, payment_condition_id)
     values ('a', $1, 'unit4', 1, 1, 'Hotel De Linde', '14')`,
    [customerId],
  );
  await world.start("workorder-archived");
  await world.send("workorderArchived", "a/301", workorderArchived("a", "301", { customerId }));
  await until("it is decided", async () => (await world.records("orderRequested")).length === 1);
  await makeTopicAnew(world, "orderRequested");
  await startWriter({ ORDER_WRITER_LOOKUP_PAUSE_MS: "100" });

  const said: string[] = [];
  for (const command of runbookCommands("rerequest").flatMap((block) => block.split("\n")))
    said.push(await typed(command.replace("--tenant bos", "--tenant a"), world));
  assert.match(said[0] ?? "", /requests 1 orders[\s\S]*a\/301 WB-2026-301/);
  assert.match(said[1] ?? "", /running/);
  assert.match(said[2] ?? "", /verdict {2}every archived workorder/);
  assert.match(said[3] ?? "", /wrote {4}1 requests/);
  assert.match(said[4] ?? "", /order-writer/);
  await until("its order", async () => administration.orders.length === 1);
});
