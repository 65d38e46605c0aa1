import assert from "node:assert/strict";
import { test } from "node:test";
import { csharpSources, javaClient } from "../support/api-clients.ts";
import { startPipeline } from "../support/api-program.ts";

test("a Java client that OpenAPI Generator makes archives a workorder and reads its order's number; it makes a C# client too", async (t) => {
  const { url, key, administration } = await startPipeline(t);
  const orderId = await javaClient(t, { url, key });
  assert.ok(
    administration.orders.some((order) => order.orderId === orderId),
    `${orderId} is no order of Unit4`,
  );
  const csharp = await csharpSources(t, { url, key });
  assert.ok(
    csharp.some((file) => file.endsWith("/Api/WorkordersApi.cs")),
    csharp.join("\n"),
  );
});
