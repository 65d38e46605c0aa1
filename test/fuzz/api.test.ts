import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzApi } from "../support/api-fuzzer.ts";
import { startApi } from "../support/api-program.ts";
import { fuzzPages } from "../support/page-fuzzer.ts";

/** Requests to each operation or page; a seed that found something is in the message, for FAST_CHECK_SEED. */
const RUNS = 1_500;

test("no request makes the interface for programs fail or say what its description does not", async (t) => {
  assert.ok((await fuzzApi(await startApi(t), RUNS)) > 4_000);
});

test("no address and no form makes a page fail", async (t) => {
  assert.ok((await fuzzPages(await startApi(t, { LOG_LEVEL: "debug" }), RUNS / 4)) > 2_000);
});
