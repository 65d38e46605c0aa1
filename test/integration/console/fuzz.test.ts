import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzApi } from "../../support/api-fuzzer.ts";
import { startApi } from "../../support/api-program.ts";
import { fuzzPages } from "../../support/page-fuzzer.ts";

/** A taste of `npm run test:fuzz`: requests to each operation, and to each page. */
const RUNS = 12;

test("a handful of strange requests gets only documented answers, and no page fails", async (t) => {
  const api = await startApi(t, { LOG_LEVEL: "debug" });
  assert.ok((await fuzzApi(api, RUNS)) > 100);
  assert.ok((await fuzzPages(api, RUNS / 4)) > 100);
});
