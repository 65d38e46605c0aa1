import assert from "node:assert/strict";
import { test } from "node:test";
import type { Http } from "../../../../services/shared/unit4/http/http.ts";
import { Secret } from "../../../../services/shared/unit4/tokens/secret.ts";
import { createTokenEndpoint } from "../../../../services/shared/unit4/tokens/token-endpoint.ts";

/** A token endpoint whose answer has this life, written as it stands. */
async function lifeOf(expiresIn: string): Promise<number | null> {
  const http: Http = {
    send: async () => ({
      kind: "answer",
      status: 200,
      headers: { "content-type": "application/json" },
      body: Buffer.from(`{"access_token":"A","refresh_token":"R","expires_in":${expiresIn}}`),
    }),
    close: async () => {},
  };
  const endpoint = createTokenEndpoint({
    ...{ http, baseUrl: "http://127.0.0.1/V22", clientId: "simon", timeoutMs: 1_000 },
    clientSecret: new Secret("secret"),
  });
  const answer = await endpoint.refresh(new Secret("R0"));
  return answer.kind === "granted" ? answer.tokens.expiresInMs : null;
}

const DAY_MS = 86_400_000;

test("O47: a life that nobody can mean costs no grant: at most a day, at least what is assumed", async () => {
  const cases: readonly (readonly [string, number])[] = [
    ["3600", 3_600_000],
    ['"3600"', 3_600_000],
    ["86400", DAY_MS],
    ["86401", DAY_MS],
    ["31536000", DAY_MS],
    ['"99999999999"', DAY_MS],
    ["1e300", DAY_MS],
    ["1e999", 300_000],
    ["0", 300_000],
    ["-1", 300_000],
    ["null", 300_000],
    ['"soon"', 300_000],
    ["[]", 300_000],
  ];
  for (const [written, lifeMs] of cases) assert.equal(await lifeOf(written), lifeMs, written);
});
