import assert from "node:assert/strict";
import { test } from "node:test";
import { openToken, sealToken } from "../../../../services/console/access/sealed-token.ts";

test("a token opens with the cookie that it was sealed with, and with nothing else", () => {
  const sealed = sealToken("eyJ.token.ë", "cookie");
  assert.equal(openToken(sealed, "cookie"), "eyJ.token.ë");
  assert.equal(openToken(sealed, "Cookie"), null);
  assert.ok(!sealed.includes("eyJ"));
  assert.notDeepEqual(
    sealToken("eyJ.token.ë", "cookie"),
    sealed,
    "the same token twice is not seen to be the same",
  );
  for (const at of [0, 12, sealed.length - 1]) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.equal(openToken(changed, "cookie"), null, `byte ${at}`);
  }
  assert.equal(openToken(sealed.subarray(0, 20), "cookie"), null);
});
