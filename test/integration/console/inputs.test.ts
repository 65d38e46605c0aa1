import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { ARCHIVED, program, startApi } from "../../support/api-program.ts";
import { until } from "../../support/until.ts";

const DAYS = ["2026-02-30", "2026-13-01", "0000-01-01", "2025-02-29", "yesterday"];

test("input that makes no sense is refused in words, on pages and to programs, and never is a fault of ours", async (t) => {
  const { site, ask } = await startApi(t);
  const anja = await site.signIn("anja");
  for (const day of DAYS) {
    for (const path of ["log", "log.csv", "workorders", "audit"]) {
      const page = await anja.get(`/tenants/bos/${path}?from=${day}`);
      assert.equal(page.status, 400, `${path} ${day}`);
      assert.match(page.text, /De invoer klopt niet/, `${path} ${day}`);
    }
    for (const path of ["audit", "workorders"]) {
      const answer = await ask("GET", `/api/tenants/bos/${path}?to=${day}`, undefined, {
        "accept-language": "en",
      });
      assert.equal(answer.status, 400, `${path} ${day}`);
      assert.equal(answer.json["code"], "INPUT_INVALID");
      assert.match(String(answer.json["message"]), /fields are not filled in properly/);
    }
  }
  for (const path of [
    "/tenants/bos/log?__proto__=x",
    "/tenants/bos/settings/articles?field=__proto__",
    "/tenants/bos/settings/articles?field=constructor&constructor=abc",
    "/sign-in?return=%2Ftenants%2F%C3%A9",
    "/sign-in/start?return=%2F%E2%82%AC",
    "/tenants/%zz",
  ]) {
    const { status, text, headers } = await anja.get(path);
    assert.equal(status, 400, path);
    assert.match(text, /De invoer klopt niet/, path);
    assert.match(headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/, path);
  }
  for (const [path, form] of [
    ["/tenants/bos/settings", Object.fromEntries([["__proto__", "x"]])],
    ["/language", { language: "en", return: "/é" }],
  ] as const)
    assert.equal((await anja.post(path, form)).status, 400, path);
  const hidden = await ask("POST", ARCHIVED, '{"workorderId":"w1","__proto__":{"a":1}}');
  assert.equal(hidden.status, 400);
  assert.equal(hidden.json["code"], "INPUT_INVALID");
});

test("what is too large, too long or of another kind is refused in our own form and with our headers", async (t) => {
  const { site, ask, key } = await startApi(t);
  const anja = await site.signIn("anja");
  const long = "x".repeat(400);
  const xml = { "content-type": "text/xml" };
  const answers = [
    [413, "TOO_LARGE", await ask("POST", ARCHIVED, { description: "x".repeat(1_100_000) })],
    [415, "KIND_NOT_TAKEN", await program(site, key)("POST", ARCHIVED, "<a/>", xml)],
    [414, "ADDRESS_TOO_LONG", await ask("GET", `/api/tenants/bos/workorders/${long}`)],
  ] as const;
  for (const [status, code, answer] of answers) {
    assert.equal(answer.status, status);
    assert.equal(answer.json["code"], code);
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff", code);
    assert.match(answer.headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/, code);
  }
  const page = await anja.get(`/tenants/bos/workorders/${long}`);
  assert.equal(page.status, 414);
  assert.match(page.text, /Het adres is te lang/);
  const form = await anja.post("/tenants/bos/keys", { name: "x".repeat(1_100_000) });
  assert.equal(form.status, 413);
  assert.match(form.text, /Te groot/);
  const document = (await ask("GET", "/api/openapi.json")).json as {
    readonly paths: Record<string, Record<string, { readonly responses: object }>>;
  };
  for (const operation of Object.values(document.paths).flatMap(Object.values))
    for (const status of ["408", "413", "414", "415"]) assert.ok(status in operation.responses, status);
});

test("headers and bodies that trickle in are given up, and the connection is closed", async (t) => {
  const { site, key } = await startApi(t, { CONSOLE_HEADERS_SECONDS: "1", CONSOLE_REQUEST_SECONDS: "2" });
  const head = `POST ${ARCHIVED} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\n`;
  for (const [what, text] of [
    ["headers", head],
    ["a body", `${head}content-length: 1000\r\n\r\n{`],
  ] as const) {
    const socket = connect(Number(new URL(site.url).port), "127.0.0.1");
    let said = "";
    socket.setEncoding("utf8").on("data", (part: string) => {
      said += part;
    });
    await once(socket, "connect");
    const closed = once(socket, "close");
    socket.write(text);
    await until(`${what} to be given up`, () => said.includes("TOO_SLOW"));
    await closed;
    assert.match(said, /^HTTP\/1\.1 408 /, what);
    assert.match(said, /content-security-policy: /, what);
  }
});

test("wrong keys slow down themselves and their address, and no valid key of the same address", async (t) => {
  const { site, ask } = await startApi(t);
  const path = "/api/tenants/bos/audit";
  const wrong = (end: number) => program(site, `simon_${String(end).padStart(43, "x")}`)("GET", path);
  const tries = [];
  for (let end = 0; end < 25; end += 1) tries.push((await wrong(end)).status);
  assert.deepEqual(tries, [...Array(20).fill(401), ...Array(5).fill(429)]);
  const slowed = await program(site, null)("GET", path);
  assert.equal(slowed.status, 429);
  const wait = Number(slowed.headers.get("retry-after"));
  assert.ok(wait > 0 && wait <= 60, String(wait));
  assert.equal((await ask("GET", path)).status, 200);
});
