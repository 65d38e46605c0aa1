import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>> & { readonly id: string };

/** A provider of OpenID Connect that says whatever a test wants said, by whatever key. */
export type PlainProvider = {
  readonly environment: Readonly<Record<string, string>>;
  /** Claims of the next sign-ins, beside those that every token has. */
  person: JWTPayload;
  /** What the latest sign-in asked for. */
  readonly asked: () => URLSearchParams;
  /** A new key signs from now on. @param isShown whether the provider's own list of keys has it, instead of the others */
  changeKey(options: { readonly isShown: boolean }): Promise<void>;
  /** A token about anything, by the key that signs now. */
  sign(claims: JWTPayload): Promise<string>;
};

const CLIENT_ID = "console-test";

/** Starts it; it ends with the test. Whoever comes is signed in at once, as `person`. */
export async function createPlainProvider(t: TestContext): Promise<PlainProvider> {
  let signing = await newKey();
  let shown = [signing];
  let asked = new URLSearchParams();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", issuer);
    const json = (value: unknown): void =>
      void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (url.pathname === "/.well-known/openid-configuration") return json(descriptionOf(issuer));
    if (url.pathname === "/keys") return json({ keys: await Promise.all(shown.map(publicKey)) });
    if (url.pathname === "/authorize") {
      asked = url.searchParams;
      const back = new URL(asked.get("redirect_uri") ?? "");
      back.search = String(new URLSearchParams({ code: "code", state: asked.get("state") ?? "" }));
      return void response.writeHead(302, { location: back.href }).end();
    }
    await text(request);
    const nonce = asked.get("nonce") ?? "";
    return json({
      access_token: "a",
      token_type: "Bearer",
      id_token: await sign({ nonce, ...provider.person }),
    });
  };
  const sign = (claims: JWTPayload): Promise<string> =>
    new SignJWT({ iss: issuer, aud: CLIENT_ID, jti: crypto.randomUUID(), ...claims })
      .setProtectedHeader({ alg: "RS256", kid: signing.id })
      .setIssuedAt()
      .setExpirationTime("2m")
      .sign(signing.privateKey);
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: PlainProvider = {
    environment: { CONSOLE_OIDC_ISSUER: issuer, CONSOLE_OIDC_CLIENT_ID: CLIENT_ID },
    person: {},
    asked: () => asked,
    changeKey: async ({ isShown }) => {
      signing = await newKey();
      if (isShown) shown = [signing];
    },
    sign,
  };
  return provider;
}

const descriptionOf = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/keys`,
  response_types_supported: ["code"],
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: ["RS256"],
  code_challenge_methods_supported: ["S256"],
});

async function newKey(): Promise<KeyPair> {
  return { ...(await generateKeyPair("RS256")), id: crypto.randomUUID() };
}

const publicKey = async ({ publicKey: key, id }: KeyPair) => ({
  ...(await exportJWK(key)),
  use: "sig",
  alg: "RS256",
  kid: id,
});
