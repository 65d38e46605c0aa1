import assert from "node:assert/strict";
import { test } from "node:test";
import { type ClientRun, pythonClient, typescriptClient } from "../../support/api-clients.ts";
import { startPipeline } from "../../support/api-program.ts";

const CLIENTS: Readonly<Record<string, ClientRun>> = { typescript: typescriptClient, python: pythonClient };

test("clients that others' tools make of the description archive a workorder and read its order's number", async (t) => {
  const { url, key, administration } = await startPipeline(t);
  for (const [language, run] of Object.entries(CLIENTS))
    await t.test(language, async (inner) => {
      const orderId = await run(inner, { url, key });
      assert.ok(
        administration.orders.some((order) => order.orderId === orderId),
        `${orderId} is no order of Unit4`,
      );
    });
});
