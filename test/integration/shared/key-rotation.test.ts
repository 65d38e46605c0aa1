import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { rotateKeys } from "../../../services/shared/unit4/tokens/key-rotation.ts";
import { sealBytes } from "../../../services/shared/unit4/tokens/sealing.ts";
import { Secret } from "../../../services/shared/unit4/tokens/secret.ts";
import { createTokenCipher, type TokenPlace } from "../../../services/shared/unit4/tokens/token-cipher.ts";
import { createRig, isTokenCall, LINDE, PAGE, type Rig } from "../../support/unit4-rig.ts";
import { until } from "../../support/until.ts";

const NEW = `new:${randomBytes(32).toString("base64")}`;

/** Puts the tokens of a tenant back to how they were kept before there were data keys. */
async function sealAsOfOld(rig: Rig, tenantId: string): Promise<void> {
  const [id = "", base64 = ""] = rig.tokenKeys.split(":");
  const key = { id, bytes: Buffer.from(base64, "base64") };
  const cipher = createTokenCipher(rig.tokenKeys);
  const stored = await rig.connection(tenantId);
  const { rows: keys } = await rig.pool.query<{ keyId: string; wrapped: Buffer }>(
    `select key_id as "keyId", wrapped from integration.tenant_keys where tenant_id = $1`,
    [tenantId],
  );
  const anew = (column: TokenPlace["column"]): Buffer => {
    const secret = cipher.open(stored[column] as Buffer, { tenantId, column }, keys);
    return sealBytes(key, 1, Buffer.from(secret.reveal()), [tenantId, column]);
  };
  await rig.pool.query(
    "update integration.connections set access_token = $2, refresh_token = $3 where tenant_id = $1",
    [tenantId, anew("access_token"), anew("refresh_token")],
  );
  await rig.pool.query("delete from integration.tenant_keys where tenant_id = $1", [tenantId]);
}

test("A3: keys are rotated while tokens are renewed: no renewal is lost, and afterwards the old key may go", async (t) => {
  const rig = await createRig(t, { rotateRefreshTokens: true });
  const both = `${NEW},${rig.tokenKeys}`;
  await sealAsOfOld(rig, "linde");
  const unit4 = rig.client({}, { tokenKeys: both });
  // A renewal is under way when the rotation comes to its tenant.
  rig.multivers.tokens.expireAccess("linde");
  await rig.expireStored("linde");
  let isAsked = false;
  rig.multivers.intercept = (request) => {
    if (!isTokenCall(request)) return null;
    isAsked = true;
    return { delayMs: 1_000 };
  };
  const renewing = unit4.fetchCustomerPage(LINDE, PAGE);
  await until("the renewal to begin", () => isAsked);
  const { failed, wrapped } = await rotateKeys(rig.pool, createTokenCipher(both), "test");
  assert.deepEqual(failed, []);
  assert.equal(
    wrapped,
    1,
    "the data key of bos, which was there before; that of linde is under the new key from the start",
  );
  assert.equal((await renewing).kind, "ok");
  assert.equal(rig.tokenCalls(), 1);

  const alone = rig.client({}, { tokenKeys: NEW });
  assert.equal((await alone.fetchCustomerPage(LINDE, PAGE)).kind, "ok");
  assert.equal(
    (await alone.fetchCustomerPage({ ...LINDE, tenantId: "bos", administration: "MVL00077" }, PAGE)).kind,
    "ok",
  );
  assert.deepEqual(await rotateKeys(rig.pool, createTokenCipher(NEW), "test"), {
    wrapped: 0,
    sealed: 0,
    failed: [],
  });
});

test("A3: what nobody renews is sealed anew by the rotation, and what does not open is named", async (t) => {
  const rig = await createRig(t);
  const both = `${NEW},${rig.tokenKeys}`;
  await sealAsOfOld(rig, "linde");
  await sealAsOfOld(rig, "bos");
  await rig.pool.query(
    "update integration.connections set access_token = (select access_token from integration.connections where tenant_id = 'linde') where tenant_id = 'bos'",
  );
  const { sealed, failed } = await rotateKeys(rig.pool, createTokenCipher(both), "test");
  assert.equal(sealed, 1);
  assert.deepEqual(
    failed.map(({ tenantId }) => tenantId),
    ["bos"],
  );
  assert.match(failed[0]?.why ?? "", /access_token of tenant bos does not open/);
  assert.equal((await rig.client({}, { tokenKeys: NEW }).fetchCustomerPage(LINDE, PAGE)).kind, "ok");
});

test("A14: a tenant whose data key is gone makes no call before it is connected again, under a new one", async (t) => {
  const rig = await createRig(t);
  await rig.pool.query("delete from integration.tenant_keys where tenant_id = 'linde'");
  assert.deepEqual(await rig.client().fetchCustomerPage(LINDE, PAGE), {
    kind: "unavailable",
    reason: "TOKEN_UNREADABLE",
  });
  const issued = rig.multivers.tokens.issueTokens("linde");
  const tokens = {
    accessToken: new Secret(issued.access_token),
    refreshToken: new Secret(issued.refresh_token),
    expiresInMs: 3_600_000,
  };
  await rig.client().storeConnection(rig.pool, { tenantId: "linde", tokens, by: "test" });
  assert.equal((await rig.client().fetchCustomerPage(LINDE, PAGE)).kind, "ok");
});
