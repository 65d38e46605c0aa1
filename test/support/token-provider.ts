import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

/** A provider of OAuth 2.0 for programs: access tokens that are JWTs, by client credentials. */
export type TokenProvider = {
  readonly tokenUrl: string;
  readonly keysUrl: string;
  readonly audience: string;
  /** Client credentials that it takes; the id becomes the token's subject. */
  readonly client: { readonly id: string; readonly secret: string };
  /** How long its tokens hold from now on, in seconds. */
  lifetimeSeconds: number;
  /** Whose tokens they are from now on, instead of the client's. */
  subject: string | null;
  /** Whether it answers 503 from now on. */
  isAway: boolean;
  /** Tokens given so far. */
  readonly given: () => number;
};

const AUDIENCE = "kafka";

/** Starts it; it ends with the test. */
export async function createTokenProvider(t: Pick<TestContext, "after">): Promise<TokenProvider> {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const keys = JSON.stringify({
    keys: [{ ...(await exportJWK(publicKey)), kid: "1", alg: "RS256", use: "sig" }],
  });
  let given = 0;
  const server = createServer(async (request, response) => {
    const json = (status: number, body: string) =>
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    if (request.url === "/keys") return json(200, keys);
    await text(request);
    if (provider.isAway) return json(503, "{}");
    const { id, secret } = provider.client;
    // Both are encoded as form values (RFC 6749, section 2.3.1).
    const [, sent = ""] = request.headers.authorization?.split(" ") ?? [];
    const pair = Buffer.from(sent, "base64").toString().split(":").map(decodeURIComponent);
    if (pair[0] !== id || pair[1] !== secret) return json(401, JSON.stringify({ error: "invalid_client" }));
    given += 1;
    const token = await new SignJWT({ scope: "kafka" })
      .setProtectedHeader({ alg: "RS256", kid: "1" })
      .setSubject(provider.subject ?? id)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(`${provider.lifetimeSeconds}s`)
      .sign(privateKey);
    return json(
      200,
      JSON.stringify({ access_token: token, token_type: "Bearer", expires_in: provider.lifetimeSeconds }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: TokenProvider = {
    tokenUrl: `${address}/token`,
    keysUrl: `${address}/keys`,
    audience: AUDIENCE,
    client: { id: "pipeline", secret: "pipeline-client-secret" },
    lifetimeSeconds: 300,
    subject: null,
    isAway: false,
    given: () => given,
  };
  return provider;
}
