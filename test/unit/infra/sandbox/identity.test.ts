import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import * as oidc from "openid-client";
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from "../../../../infra/sandbox/identity/demo-accounts.ts";
import { createIdentity } from "../../../../infra/sandbox/identity/identity.ts";
import { DEMO_ADMINISTRATIONS } from "../../../../infra/sandbox/multivers/administration/demo-administrations.ts";
import { type CookieJar, createCookieJar } from "../../../support/identity.ts";

const CALLBACK = "http://127.0.0.1:8092/sign-in/callback";
const BACK_CHANNEL = "http://127.0.0.1:9/sign-out/back-channel";
const SIGNED_OUT = "http://127.0.0.1:8092/sign-in";
const CLIENT = { clientId: "console", clientSecret: "a secret of the console" };
const SCOPE = "openid profile email tenant";

test("sandbox identity: a person signs in and the ID token says who it is and of which tenant", async (t) => {
  const { begin, finish } = await startIdentity(t);
  const jar = createCookieJar();
  const claims = (await finish(await logIn(jar, await begin(), "linda"))).claims();
  assert.deepEqual(pick(claims, ["sub", "name", "email", "email_verified", "role"]), {
    sub: "linda",
    name: "Linda van der Linde",
    email: "linda@linde.example",
    email_verified: true,
    role: "user",
  });
  assert.deepEqual(pick(claims, ["tenant_id", "tenant_name"]), {
    tenant_id: "linde",
    tenant_name: "Installatiebedrijf De Linde B.V.",
  });
  // Signed in already: the browser comes back without a page in between.
  const again = await jar.fetch(await begin());
  assert.equal((await finish(again)).claims()?.sub, "linda");
});

test("sandbox identity: an operator has no tenant", async (t) => {
  const { begin, finish } = await startIdentity(t);
  const claims = (await finish(await logIn(createCookieJar(), await begin(), " Beheer "))).claims();
  assert.equal(claims?.["role"], "operator");
  assert.ok(claims !== undefined && !("tenant_id" in claims) && !("tenant_name" in claims));
});

test("sandbox identity: each demo administration has its person, named alike", () => {
  const tenants = DEMO_ACCOUNTS.flatMap(({ tenant }) => (tenant === null ? [] : [tenant]));
  assert.deepEqual(
    tenants.map(({ tenantId, name }) => [tenantId, name]).sort(),
    DEMO_ADMINISTRATIONS.map(({ portalUser, name }) => [portalUser, name]).sort(),
  );
});

test("sandbox identity: a wrong user or password shows the form again, and lets nobody in", async (t) => {
  const { begin } = await startIdentity(t);
  const jar = createCookieJar();
  const address = await begin();
  for (const [user, password] of [
    ["linda", "fout"],
    ["niemand", DEMO_PASSWORD],
    ["", ""],
  ] as const) {
    const answer = await logIn(jar, address, user, password);
    assert.equal(answer.status, 401, user);
    const page = await answer.text();
    assert.match(page, /role="alert"/);
    for (const one of DEMO_ACCOUNTS) assert.ok(page.includes(`<code>${one.user}</code>`), one.user);
  }
  assert.equal((await logIn(jar, address, "linda")).status, 303);
});

test("sandbox identity: a password that another site posts, or another browser, is not taken", async (t) => {
  const { begin } = await startIdentity(t);
  const jar = createCookieJar();
  const url = await loginUrl(jar, await begin());
  const body = () => new URLSearchParams({ user: "linda", password: DEMO_PASSWORD });
  const headers = { origin: "https://elders.example" };
  const foreign = await jar.fetch(url, { method: "POST", body: body(), headers });
  assert.equal(foreign.status, 403);
  const stranger = await createCookieJar().fetch(url, { method: "POST", body: body() });
  assert.equal(stranger.status, 400);
  assert.match(await stranger.text(), /verlopen/);
});

test("sandbox identity: a request without PKCE, or with the plain kind, is sent back refused", async (t) => {
  const { begin } = await startIdentity(t);
  for (const change of [
    (search: URLSearchParams) => {
      search.delete("code_challenge");
      search.delete("code_challenge_method");
    },
    (search: URLSearchParams) => search.set("code_challenge_method", "plain"),
  ]) {
    const address = new URL(await begin());
    change(address.searchParams);
    const back = backFrom(await createCookieJar().fetch(address.href));
    assert.equal(back.searchParams.get("error"), "invalid_request");
    assert.equal(back.searchParams.get("code"), null);
  }
});

test("sandbox identity: an address or a client that it does not know is never redirected to", async (t) => {
  const { begin } = await startIdentity(t);
  for (const [name, value] of [
    ["redirect_uri", "https://evil.example/callback"],
    ["redirect_uri", `${CALLBACK}/more`],
    ["client_id", "somebody-else"],
  ] as const) {
    const address = new URL(await begin());
    address.searchParams.set(name, value);
    const answer = await createCookieJar().fetch(address.href);
    assert.equal(answer.status, 400, value);
    assert.equal(answer.headers.get("location"), null);
    assert.match(await answer.text(), /Inloggen niet mogelijk/);
  }
});

test("sandbox identity: a code works once, and only with the secret and the verifier that belong to it", async (t) => {
  const { issuer, begin, verifier } = await startIdentity(t);
  const exchange = async (code: string, change: Readonly<Record<string, string>> = {}) => {
    const form = {
      grant_type: "authorization_code",
      code,
      redirect_uri: CALLBACK,
      code_verifier: verifier,
      client_id: CLIENT.clientId,
      client_secret: CLIENT.clientSecret,
      ...change,
    };
    return (await fetch(`${issuer}/token`, { method: "POST", body: new URLSearchParams(form) })).status;
  };
  const newCode = async () =>
    backFrom(await logIn(createCookieJar(), await begin(), "noor")).searchParams.get("code") ?? "";
  assert.equal(await exchange(await newCode(), { client_secret: "guess" }), 401);
  assert.equal(await exchange(await newCode(), { code_verifier: oidc.randomPKCECodeVerifier() }), 400);
  const code = await newCode();
  assert.deepEqual([await exchange(code), await exchange(code)], [200, 400]);
});

test("sandbox identity: signing out ends the sign-in there and leads back to the console", async (t) => {
  const { configuration, begin, finish } = await startIdentity(t);
  const jar = createCookieJar();
  const { id_token: idToken = "" } = await finish(await logIn(jar, await begin(), "anja"));
  const end = (back: string) =>
    oidc.buildEndSessionUrl(configuration, { id_token_hint: idToken, post_logout_redirect_uri: back }).href;
  assert.equal((await jar.fetch(end("https://evil.example/"))).status, 400);

  const page = await jar.fetch(end(SIGNED_OUT));
  const markup = await page.text();
  assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'self'/);
  const [, action = ""] = /action="([^"]*)"/.exec(markup) ?? [];
  const [, xsrf = ""] = /name="xsrf" value="([^"]*)"/.exec(markup) ?? [];
  const body = new URLSearchParams({ xsrf, logout: "yes" });
  const back = await jar.fetch(new URL(action, page.url).href, { method: "POST", body });
  assert.equal(back.headers.get("location"), SIGNED_OUT);
  assert.match((await jar.fetch(await begin())).headers.get("location") ?? "", /\/interaction\//);
});

test("sandbox identity: a start and 200 sign-ins write nothing on the console", async (t) => {
  const lines: unknown[] = [];
  for (const method of ["log", "info", "warn", "error"] as const)
    t.mock.method(console, method, (line: unknown) => void lines.push(line));
  const { begin, finish } = await startIdentity(t);
  for (let count = 0; count < 20; count += 1)
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const tokens = await finish(await logIn(createCookieJar(), await begin(), "vera"));
        assert.equal(tokens.claims()?.["tenant_id"], "vos");
      }),
    );
  assert.deepEqual(lines, []);
});

/** A provider, and a client of it as the console is one. */
async function startIdentity(t: TestContext) {
  const identity = createIdentity({
    ...CLIENT,
    redirectUris: [CALLBACK],
    signedOutUris: [SIGNED_OUT],
    backChannelUri: BACK_CHANNEL,
  });
  const issuer = await identity.listen(0);
  t.after(() => identity.close());
  const configuration = await oidc.discovery(
    new URL(issuer),
    CLIENT.clientId,
    CLIENT.clientSecret,
    undefined,
    { execute: [oidc.allowInsecureRequests] },
  );
  const verifier = oidc.randomPKCECodeVerifier();
  return {
    issuer,
    configuration,
    verifier,
    begin: async (): Promise<string> =>
      oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: CALLBACK,
        scope: SCOPE,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        state: "a state",
        nonce: "a nonce",
      }).href,
    finish: (answer: Response) =>
      oidc.authorizationCodeGrant(configuration, backFrom(answer), {
        pkceCodeVerifier: verifier,
        expectedState: "a state",
        expectedNonce: "a nonce",
        idTokenExpected: true,
      }),
  };
}

/** Fills in the login page of a sign-in, and follows it as far as the provider goes. */
async function logIn(jar: CookieJar, address: string, user: string, password = DEMO_PASSWORD) {
  const url = await loginUrl(jar, address);
  const answer = await jar.fetch(url, { method: "POST", body: new URLSearchParams({ user, password }) });
  const location = answer.headers.get("location");
  return location === null ? answer : jar.fetch(new URL(location, url).href);
}

/** Where a sign-in asks who it is. */
async function loginUrl(jar: CookieJar, address: string): Promise<string> {
  const location = (await jar.fetch(address)).headers.get("location") ?? "";
  assert.match(location, /\/interaction\//);
  const url = new URL(location, address).href;
  assert.equal((await jar.fetch(url)).status, 200);
  return url;
}

/** Where an answer leads the browser back to: the console. */
function backFrom(answer: Response): URL {
  const location = answer.headers.get("location") ?? "";
  assert.ok(location.startsWith(`${CALLBACK}?`), location);
  return new URL(location);
}

function pick(claims: oidc.IDToken | undefined, names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, claims?.[name]]));
}
