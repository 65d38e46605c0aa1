import assert from "node:assert/strict";
import { test } from "node:test";
import { createGate } from "../../../../services/shared/unit4/calls/gate.ts";
import { createPark } from "../../../../services/shared/unit4/calls/parking.ts";
import { createRetryBudget } from "../../../../services/shared/unit4/calls/retry-budget.ts";
import { createTenantCall } from "../../../../services/shared/unit4/calls/tenant-call.ts";
import type { HttpResult } from "../../../../services/shared/unit4/http/http.ts";
import type { Unit4Telemetry } from "../../../../services/shared/unit4/http/unit4-telemetry.ts";
import type { Access } from "../../../../services/shared/unit4/tokens/access.ts";
import { Secret } from "../../../../services/shared/unit4/tokens/secret.ts";
import type { TokenKeeper } from "../../../../services/shared/unit4/tokens/tokens.ts";

const NOW = Date.UTC(2026, 10, 25, 10);
const SILENT: Unit4Telemetry = {
  callEnded: () => {},
  callRepeated: () => {},
  tenantParked: () => {},
  tokenRenewed: () => {},
  notNoted: () => {},
};

const answer = (status: number, headers: Readonly<Record<string, string>> = {}): HttpResult => ({
  kind: "answer",
  status,
  headers,
  body: Buffer.alloc(0),
});
const granted = (token: string): Access => ({ kind: "granted", token: new Secret(token), unproven: null });

function tokensOf(access: () => Promise<Access>, renewed: Access = granted("A2")): TokenKeeper {
  return { access, renew: async () => renewed, worked: async () => {} };
}

function callOf(
  tokens: TokenKeeper,
  keepRest: (tenantId: string, restMs: number) => Promise<void> = async () => {},
) {
  const now = (): number => NOW;
  const gate = createGate({ now, random: () => 0 });
  const park = createPark({ gate, keepRest, telemetry: SILENT, now });
  const tenantCall = createTenantCall({ tokens, gate, park, telemetry: SILENT });
  return (tenantId: string, send: (token: Secret) => Promise<HttpResult>, leftMs = 60_000) =>
    tenantCall(tenantId, send, { leftMs: () => leftMs });
}

test("O18: a call that was fetching its token while another got 429 is not made", async () => {
  const slow = Promise.withResolvers<Access>();
  const tokens = [slow.promise, Promise.resolve(granted("A1"))];
  const call = callOf(tokensOf(() => tokens.shift() ?? slow.promise));
  let sent = 0;
  const send = async (): Promise<HttpResult> => {
    sent += 1;
    return answer(429, { "retry-after": "120" });
  };
  const waiting = call("linde", send);
  await call("linde", send);
  slow.resolve(granted("A1"));
  assert.deepEqual(await waiting, { kind: "parked", until: NOW + 120_000 });
  assert.equal(sent, 1);
});

test("O18: the rest is told to all processes; that it could not be told loses no result", async () => {
  const kept: [string, number][] = [];
  const call = callOf(
    tokensOf(async () => granted("A1")),
    async (tenantId, restMs) => {
      kept.push([tenantId, restMs]);
      throw Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    },
  );
  const attempt = await call("linde", async () => answer(503, { "retry-after": "60" }));
  assert.ok(attempt.kind === "sent" && attempt.parkedUntil === NOW + 60_000);
  assert.deepEqual(kept, [["linde", 60_000]]);
  assert.equal((await call("linde", async () => answer(200))).kind, "parked");
  const other = await call("bos", async () => answer(200));
  assert.equal(other.kind, "sent");
});

test("F40: 401 is answered by one renewal and one repeat with the other token, never more", async () => {
  const used: string[] = [];
  const call = callOf(tokensOf(async () => granted("A1")));
  const attempt = await call("linde", async (token) => {
    used.push(token.reveal());
    return answer(401);
  });
  assert.deepEqual(used, ["A1", "A2"]);
  assert.ok(attempt.kind === "sent" && attempt.result.kind === "answer" && attempt.result.status === 401);
  const noToken = callOf(tokensOf(async () => granted("A1"), { kind: "revoked" }));
  assert.deepEqual(await noToken("linde", async () => answer(401)), { kind: "revoked" });
});

test("O62: a token that comes too late is not waited for, and nothing is sent", async () => {
  const never = new Promise<Access>(() => {});
  const call = callOf(tokensOf(() => never));
  let sent = 0;
  const send = async (): Promise<HttpResult> => {
    sent += 1;
    return answer(200);
  };
  for (const leftMs of [20, 0, -1])
    assert.deepEqual(await call("linde", send, leftMs), { kind: "unavailable", reason: "TOKEN_NOT_IN_TIME" });
  assert.equal(sent, 0);
});

test("O18: our own pause grows with each 429 in a row and begins small again after a success", () => {
  const now = NOW;
  const gate = createGate({ now: () => now, random: () => 0 });
  const first = gate.close("linde", undefined) - NOW;
  const second = gate.close("linde", "soon") - NOW;
  assert.ok(first >= 1_000 && second >= 2 * first);
  gate.wentThrough("bos");
  assert.ok(gate.close("linde", undefined) - NOW > second);
});

test("O18: a longer rest stays when a shorter one is asked for, tenants return spread, and rests end", () => {
  let now = NOW;
  const gate = createGate({ now: () => now, random: () => 1 });
  assert.equal(gate.close("linde", "1000"), NOW + 1_005_000);
  assert.equal(gate.close("linde", "10"), NOW + 1_005_000);
  assert.equal(gate.close("bos", "10"), NOW + 11_000);
  now = NOW + 11_000;
  assert.equal(gate.restsUntil("bos"), null);
  assert.equal(gate.restsUntil("linde"), NOW + 1_005_000);
});

test("F37: repeats stay below a tenth of the first tries once the saved ones are used up", () => {
  const budget = createRetryBudget();
  let repeats = 0;
  for (let call = 0; call < 1_000; call += 1) {
    budget.earn();
    while (budget.spend()) repeats += 1;
  }
  assert.ok(repeats >= 100 && repeats <= 121, `${repeats}`);
});
