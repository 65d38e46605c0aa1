import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { createProviderKeys } from "../../../../services/console/access/provider-keys.ts";
import { until } from "../../../support/until.ts";

const WANTED = { issuer: "https://provider.example", audience: "console" };

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

const newPair = (algorithm = "RS256"): Promise<Pair> => generateKeyPair(algorithm);

/** As the provider's list has it, without a name. */
const shownKey = async ({ publicKey }: Pair, more: JWK = { kty: "" }): Promise<JWK> => ({
  ...more,
  ...(await exportJWK(publicKey)),
});

const signedBy = ({ privateKey }: Pair, header: object = {}, alg = "RS256"): Promise<string> =>
  new SignJWT({ iss: WANTED.issuer, aud: WANTED.audience, sub: "anja" })
    .setProtectedHeader({ alg, ...header })
    .setIssuedAt()
    .setExpirationTime("2m")
    .sign(privateKey);

/** A provider's list of keys. */
async function provider(t: TestContext, first: readonly JWK[]) {
  let keys = first;
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { verify } = createProviderKeys(
    new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
  );
  return {
    subject: async (token: string) => (await verify(token, WANTED))?.sub ?? null,
    change: (to: readonly JWK[]) => {
      keys = to;
    },
    asked: () => asked,
  };
}

test("a token without the name of its key is tried by each that fits; one by nobody's key is refused", async (t) => {
  const [one, other, forged, elliptic] = [
    await newPair(),
    await newPair(),
    await newPair(),
    await newPair("ES256"),
  ];
  const { subject } = await provider(t, [
    await shownKey(one, { kty: "", alg: "RS256", use: "sig" }),
    await shownKey(elliptic),
    await shownKey(other),
  ]);
  assert.equal(await subject(await signedBy(one)), "anja");
  assert.equal(await subject(await signedBy(other)), "anja");
  assert.equal(await subject(await signedBy(elliptic, {}, "ES256")), "anja");
  assert.equal(await subject(await signedBy(forged)), null);
  assert.equal(await subject(await signedBy(one, { kid: "unknown" })), null, "a name has to be right");
  const [head, claims] = (await signedBy(one)).split(".");
  assert.equal(await subject(`${head}.${claims}.`), null);
  const unsigned = Buffer.from('{"alg":"none"}').toString("base64url");
  assert.equal(await subject(`${unsigned}.${claims}.`), null);
});

test("a key for something else, or for another algorithm, signs nobody in", async (t) => {
  const [signing, sealing, other] = [await newPair(), await newPair(), await newPair()];
  const { subject } = await provider(t, [
    await shownKey(signing),
    await shownKey(sealing, { kty: "", use: "enc" }),
    await shownKey(other, { kty: "", alg: "PS256" }),
  ]);
  assert.equal(await subject(await signedBy(signing)), "anja");
  assert.equal(await subject(await signedBy(sealing)), null);
  assert.equal(await subject(await signedBy(other)), null);
});

test("a provider that names no keys may change them: the list is read again, though not for each token of a flood", async (t) => {
  const [old, other, next, forged] = [await newPair(), await newPair(), await newPair(), await newPair()];
  const { subject, change, asked } = await provider(t, [await shownKey(old), await shownKey(other)]);
  assert.equal(await subject(await signedBy(old)), "anja");
  change([await shownKey(next)]);
  const token = await signedBy(next);
  await until("the new key", async () => (await subject(token)) === "anja");
  const before = asked();
  for (let times = 0; times < 20; times += 1) assert.equal(await subject(await signedBy(forged)), null);
  assert.ok(asked() - before < 10, `asked ${asked() - before} times`);
});
