import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessageLogged } from "../../../schemas/records.ts";
import { A, createOrderWorld, settledOrders } from "../../support/order-world.ts";
import { until } from "../../support/until.ts";

test("W20: an article that Unit4 bills for nothing is told about the article, with the order that shows it", async (t) => {
  const { world, unit4, administration, request, send, startWriter } = await createOrderWorld(t);
  await unit4.connect(A);
  const articleId = request("1").lines[0]?.articleId ?? "";
  administration.putProduct({ productId: articleId, priceExclVat: 0, priceInclVat: 0 });
  await startWriter();
  await send(request("1"));
  await send(request("2"));
  const settled = await settledOrders(world, 2);
  assert.ok(settled.every((one) => one?.code === "ORDER_WRITTEN" && !("unpriced" in one.params)));
  const told = await until("both messages", async () => {
    const messages = (await world.records<MessageLogged>("messageLogged")).flatMap(({ value }) =>
      value?.code === "ORDER_ARTICLE_WITHOUT_PRICE" ? [value] : [],
    );
    return messages.length === 2 ? messages : null;
  });
  assert.deepEqual(
    told.map(({ recordId, params }) => [recordId, params["article"], params["orderId"]]),
    settled.map((one) => [articleId, articleId, one?.orderId]),
  );
});
