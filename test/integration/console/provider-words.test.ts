import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { program } from "../../support/api-program.ts";
import { createConsoleWorld } from "../../support/console-world.ts";
import { createPlainProvider } from "../../support/plain-provider.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

const ANJA = {
  sub: "anja",
  name: "Anja Bos",
  email: "anja@bos.example",
  email_verified: true,
  tenant_id: "bos",
  // What weighs most needs a sign-in of a moment ago.
  auth_time: Math.floor(Date.now() / 1_000),
};

async function startSite(t: TestContext) {
  const world = await createWorld(t);
  const provider = await createPlainProvider(t);
  provider.person = ANJA;
  return { world, provider, site: await createConsoleWorld(t, world, { environment: provider.environment }) };
}

test("only a token that the provider itself signed lets somebody in, by its new keys too", async (t) => {
  const { provider, site } = await startSite(t);
  assert.equal((await (await site.signIn("anja")).get("/")).location, "/tenants/bos");

  await provider.changeKey({ isShown: false });
  await assert.rejects(site.signIn("anja"), /400/, "signed by a key that is not the provider's");

  await provider.changeKey({ isShown: true });
  await until("a sign-in by the provider's new key", async () => {
    try {
      return (await (await site.signIn("anja")).get("/")).location === "/tenants/bos";
    } catch {
      return false;
    }
  });
});

test("an address counts when the provider has verified it: no other one binds an invitation or signs an act", async (t) => {
  const { world, provider, site } = await startSite(t);
  await world.pool.query("insert into integration.tenants (tenant_id, name) values ('bos', 'Garage Bos')");
  const anja = await site.signIn("anja");
  provider.person = { ...ANJA, email: "beheer@simple-simon.example", email_verified: false };
  const posing = await site.signIn("anja");
  await posing.post("/tenants/bos/keys", { name: "beheer@simple-simon.example" });
  provider.person = { ...ANJA, email: "anja@nieuw.example" };
  await site.signIn("anja");
  await anja.post("/tenants/bos/keys", { name: "kassa" });
  const { rows } = await world.pool.query(
    "select actor_kind, actor_id, by from integration.audit order by audit_id",
  );
  const [{ user_id }] = (await world.pool.query("select user_id from integration.users")).rows;
  assert.deepEqual(rows, [
    { actor_kind: "user", actor_id: user_id, by: "anja@bos.example" },
    { actor_kind: "user", actor_id: user_id, by: "anja@nieuw.example" },
  ]);

  await world.pool.query(
    `insert into integration.users (email, name, role, tenant_id, managed_by)
     values ('vera@bos.example', 'x', 'user', 'bos', 'operator')`,
  );
  const vera = { sub: "vera", name: "Vera", email: "vera@bos.example" };
  provider.person = { ...vera, email_verified: false };
  await assert.rejects(site.signIn("vera"), /403/);
  provider.person = { ...vera, email_verified: true };
  assert.equal((await (await site.signIn("vera")).get("/")).location, "/tenants/bos");
  provider.person = { ...vera, sub: "somebody-else", email_verified: true };
  await assert.rejects(site.signIn("vera"), /403/, "an invitation works once");
});

test("who acted is told by kind and number, on the page and to programs: a name can be anybody's", async (t) => {
  const { world, site } = await startSite(t);
  const anja = await site.signIn("anja");
  const made = await anja.post("/tenants/bos/keys", {
    name: "beheer@simple-simon.example",
    scope: ["read", "operate"],
  });
  const key = /simon_[\w-]{43}/.exec(made.text)?.[0] ?? "";
  const ask = program(site, key);
  assert.equal((await ask("POST", "/api/tenants/bos/deactivate")).status, 200);
  await world.pool.query("update integration.tenants set status = 'active', administration = 'M', epoch = 1");
  await world.pool.query(
    "insert into integration.audit (tenant_id, by, act) values ('bos', 'old', 'DEACTIVATED')",
  );
  await world.pool.query(
    "insert into integration.activations (tenant_id, epoch, activated_at) values ('bos', 1, now())",
  );
  assert.equal((await ask("POST", "/api/tenants/bos/deactivate")).status, 200);

  const { json } = await ask("GET", "/api/tenants/bos/audit?act=DEACTIVATED");
  const [{ token_id }] = (await world.pool.query("select token_id from integration.api_tokens")).rows;
  assert.deepEqual(
    (json["acts"] as readonly { readonly actor: unknown }[]).map(({ actor }) => actor),
    [
      { kind: "key", id: token_id, name: "beheer@simple-simon.example" },
      { kind: "unknown", id: null, name: "old" },
    ],
  );
  const { text } = await anja.get("/tenants/bos/audit");
  assert.match(text, new RegExp(`sleutel ${token_id}</span> <a[^>]*>beheer@simple-simon.example`));
  assert.match(text, /gebruiker \d+<\/span> <a[^>]*>anja@bos.example/);
  assert.match(text, /alleen naam bekend<\/span> old/);
  const own = await anja.get(`/tenants/bos/audit?actor=key-${token_id}`);
  assert.doesNotMatch(own.text, /KEY_MADE \{/);
  assert.match((await anja.get("/tenants/bos")).text, /beheer@simple-simon.example \(API key \d+\)/);
});
