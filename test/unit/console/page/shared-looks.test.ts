import assert from "node:assert/strict";
import { test } from "node:test";
import { createSharedLooks } from "../../../../services/console/page/shared-looks.ts";

test("P1: streams of a tenant that follow the same read once a second, one after the other; a failure is no answer for later", async () => {
  let now = 0;
  let running = 0;
  const reads: string[] = [];
  const looks = createSharedLooks(() => now);
  const look = (tenant: string, what: string, fails = false) =>
    looks.look(tenant, what, async () => {
      reads.push(`${tenant} ${what}`);
      running += 1;
      assert.equal(running, 1, "one at a time");
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (fails) throw new Error("down");
      return reads.length;
    });
  assert.deepEqual(
    await Promise.all([look("bos", "status"), look("bos", "status"), look("bos", "log")]),
    [1, 1, 2],
  );
  assert.equal(await look("noord", "status"), 3);
  now = 999;
  assert.equal(await look("bos", "status"), 1);
  now = 1_000;
  assert.equal(await look("bos", "status"), 4);
  now = 2_000;
  await assert.rejects(look("bos", "status", true), /down/);
  assert.equal(await look("bos", "log"), 6);
  now = 3_000;
  assert.equal(await look("bos", "status"), 7);
  assert.deepEqual(reads.slice(0, 4), ["bos status", "bos log", "noord status", "bos status"]);
});
