import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { redacted } from "../../../services/shared/domain/redaction.ts";

const CANARY = "c4n4ry-Q2xv";
const KEY = `simon_${"k".repeat(43)}`;

/** Texts in which a secret or a person may stand, as errors carry them. */
const TEXTS: readonly string[] = [
  `GET https://api.example/token?grant_type=refresh_token&refresh_token=${CANARY}&x=1`,
  `/unit4/callback?state=${CANARY}.&code=${CANARY}`,
  `authorization: Bearer ${CANARY}`,
  `Basic ${CANARY}==`,
  `connect to postgresql://console:${CANARY}@10.0.0.1:5432/simon failed`,
  `{"access_token":"${CANARY}","token_type":"bearer","refresh_token":"${CANARY}"}`,
  `client_secret=${CANARY}`,
  `cookie: __Host-session=${CANARY}; __Host-language=nl`,
  `csrf=${CANARY}&name=kassa`,
  `${CANARY}@garage-bos.example is not known`,
  `{"password":"${CANARY} with spaces"}`,
  `first line\n${CANARY}@garage-bos.example\npassword=${CANARY}\n\u0007${CANARY}@bos.example`,
];

test("no secret and no e-mail address stays in a line of the log, and the line stays JSON", () => {
  for (const text of TEXTS) {
    const line = JSON.stringify({
      level: 50,
      error: text,
      cause: { message: text },
      event: "request_failed",
    });
    const seen = redacted(line);
    assert.ok(!seen.includes(CANARY), seen);
    assert.equal((JSON.parse(seen) as { event: string }).event, "request_failed", seen);
  }
  assert.ok(!redacted(`{"error":"key ${KEY} is unknown"}`).includes(KEY));
  assert.ok(!redacted(`{"error":"eyJhbGciOiJS.eyJzdWIiOiIx.c2lnbmF0dXJl"}`).includes("eyJ"));
});

test("what a line says otherwise stays as it was", () => {
  for (const line of [
    `{"level":30,"service":"console","result":"done","userId":12,"event":"signed_in"}`,
    `{"code":"UNIT4_RATE_LIMITED","state":"waiting","event":"x"}`,
    `{"error":"duplicate key (code 23505)","code":"23505"}`,
    `{"topic":"unit4.customer-changed.v1","partition":3,"offset":"17"}`,
    `{"address":"http://127.0.0.1:8092","event":"site_listening"}`,
  ])
    assert.equal(redacted(line), line);
});

test("a line of any text stays JSON", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const error = `\npassword=${text} Bearer ${text}\u001b${text}a@b.nl`;
      JSON.parse(redacted(JSON.stringify({ error, token: text })));
    }),
  );
});
