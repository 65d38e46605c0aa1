import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createConsoleWorld } from "../../support/console-world.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { createWorld } from "../../support/world.ts";

/** Bos is active on MVL00077; its portal user sees MVL00099 too, and linde sees MVL00042 alone. */
async function startConnected(t: TestContext) {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, [
    { database: "MVL00077", portalUser: "bos", size: "small" },
    { database: "MVL00099", portalUser: "bos", size: "small" },
    { database: "MVL00042", portalUser: "linde", size: "small" },
  ]);
  await unit4.connect({ tenantId: "bos", database: "MVL00077" });
  const site = await createConsoleWorld(t, world, { unit4 });
  const anja = await site.signIn("anja");
  const connection = async () =>
    (await world.pool.query("select * from integration.connections where tenant_id = 'bos'")).rows[0];
  /** Clicks Koppel and comes back from Unit4's login as this portal user. @returns where it leads */
  const connectAs = async (portalUser: string): Promise<string> => {
    const begun = await anja.post("/tenants/bos/activation/connect");
    const state = new URL(begun.location ?? "").searchParams.get("state") ?? "";
    const code = unit4.multivers.tokens.issueCode(portalUser, `${site.url}/unit4/callback`);
    return (await anja.get(`/unit4/callback?state=${state}&code=${code}`)).location ?? "";
  };
  return { world, unit4, anja, connection, connectAs };
}

test("O36: a login that does not show the tenant's administration leaves the connection as it was", async (t) => {
  const { world, anja, connection, connectAs } = await startConnected(t);
  const before = await connection();
  const location = await connectAs("linde");
  assert.equal(location, "/tenants/bos/activation/connect?refusal=administration-not-shown");
  assert.deepEqual(await connection(), before);
  const { text } = await anja.get(location);
  assert.match(
    text,
    /geen toegang tot administratie MVL00077 \(.+\); de koppeling is gebleven zoals zij was/,
  );
  assert.equal((await world.pool.query("select from integration.audit where act = 'CONNECTED'")).rowCount, 0);
});

test("O36: a login that shows it among others is connected, also in place of one that has ended", async (t) => {
  const { world, connection, connectAs } = await startConnected(t);
  const before = await connection();
  await world.pool.query("update integration.connections set state = 'revoked'");
  assert.equal(await connectAs("linde"), "/tenants/bos/activation/connect?refusal=administration-not-shown");
  assert.equal((await connection()).state, "revoked");
  assert.equal(await connectAs("bos"), "/tenants/bos");
  const after = await connection();
  assert.equal(after.state, "connected");
  assert.notDeepEqual(after.access_token, before.access_token);
});

test("O36: where Unit4 does not tell which administrations a login shows nothing is stored", async (t) => {
  const { unit4, connection, connectAs } = await startConnected(t);
  const before = await connection();
  unit4.multivers.intercept = ({ operation }) =>
    operation === "AdministrationNVL" ? { status: 403, body: "" } : null;
  assert.equal(await connectAs("bos"), "/tenants/bos/activation/connect?refusal=unavailable");
  assert.deepEqual(await connection(), before);
});

test("O36: a tenant that is not active may connect with any login, and chooses its administration afterwards", async (t) => {
  const { world, connection, connectAs } = await startConnected(t);
  const before = await connection();
  await world.pool.query("update integration.tenants set status = 'inactive'");
  assert.equal(await connectAs("linde"), "/tenants/bos/activation");
  assert.notDeepEqual((await connection()).access_token, before.access_token);
});
