import assert from "node:assert/strict";
import { test } from "node:test";
import { whileAwaited } from "../../../../services/console/parts/awaited-work.ts";
import type { Connection, Pool } from "../../../../services/shared/postgres.ts";
import { until } from "../../../support/until.ts";

/** A reader who goes while the server is asked which transaction it is, and what is cancelled for them. */
function leaving() {
  const reader = new AbortController();
  let cancels = 0;
  const tx = {
    query: async () => {
      reader.abort();
      return { rows: [{ pid: 7, since: "2026-11-30 12:00:00+00" }] };
    },
  } as unknown as Connection;
  const pool = {
    query: async () => {
      cancels += 1;
      return { rows: [] };
    },
  } as unknown as Pool;
  return { tx, pool, gone: reader.signal, cancels: () => cancels };
}

test("P1: a reader who goes in the moment in which the work begins has it cancelled, and holds nothing for ever", async () => {
  const { tx, pool, gone, cancels } = leaving();
  const done = await whileAwaited(tx, { gone, pool }, async () => {
    await until("a cancel", () => cancels() > 0, 5_000);
    return "read";
  });
  assert.equal(done, "read");
});

test("P1: what fails for another reason after its reader has gone fails as what it is", async () => {
  const { tx, pool, gone } = leaving();
  const fault = new TypeError("ours");
  await assert.rejects(
    whileAwaited(tx, { gone, pool }, async () => {
      throw fault;
    }),
    fault,
  );
});
