import assert from "node:assert/strict";
import { test } from "node:test";
import { createGate } from "../../../../services/shared/unit4/calls/gate.ts";
import { createRetryBudget } from "../../../../services/shared/unit4/calls/retry-budget.ts";
import type { Unit4Telemetry } from "../../../../services/shared/unit4/http/unit4-telemetry.ts";
import type { HttpResult } from "../../../../services/shared/unit4/http.ts";
import { createSlots } from "../../../../services/shared/unit4/slots.ts";
import { createTenantCall } from "../../../../services/shared/unit4/tenant-call.ts";
import type { Access } from "../../../../services/shared/unit4/tokens/access.ts";
import { Secret } from "../../../../services/shared/unit4/tokens/secret.ts";
import type { TokenKeeper } from "../../../../services/shared/unit4/tokens.ts";

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
  return createTenantCall({ tokens, gate, keepRest, telemetry: SILENT, now });
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

test("F51: only so many pieces of work run at once, in order, and a failure frees its place", async () => {
  const slots = createSlots(2);
  let running = 0;
  let most = 0;
  const order: number[] = [];
  const work = (id: number) =>
    slots(async () => {
      order.push(id);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (id === 1) throw new Error("failed");
    });
  const results = await Promise.allSettled([0, 1, 2, 3, 4].map(work));
  assert.equal(most, 2);
  assert.deepEqual(order, [0, 1, 2, 3, 4]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled", "fulfilled", "fulfilled"],
  );
});
