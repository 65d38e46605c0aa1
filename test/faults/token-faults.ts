import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { until } from "../support/until.ts";
import type { FaultCase } from "./fault-case.ts";
import { createOrderRig, DATABASES, type OrderRig } from "./order-rig.ts";

const PROCESSES = 8;
const EXPIRIES = 4;

/** Rows about tokens: F40, F41. */
export const TOKEN_FAULTS: readonly FaultCase[] = [
  {
    name: "F40: eight processes renew an expired token once, whether or not a renewal ends the old one",
    isQuick: false,
    run: eightProcesses,
  },
  {
    name: "F41: killed between a renewal and its storing: the older token goes on, or a person connects again",
    isQuick: false,
    run: renewalLost,
  },
];

async function eightProcesses(t: TestContext, seed: number): Promise<void> {
  const rig = await createOrderRig(t, "F40", seed);
  const { multivers } = rig.unit4;
  multivers.settings.change({ rotateRefreshTokens: seed !== 2 });
  const callers = await Promise.all(Array.from({ length: PROCESSES }, () => startCaller(t, rig)));
  // So that all of them ask before the first has its answer.
  rig.faults({
    id: "slow login",
    match: { operation: "OAuth/Token" },
    effect: { kind: "pass", delayMs: 100 * seed },
  });
  for (let expiry = 1; expiry <= EXPIRIES; expiry += 1) {
    await rig.world.pool.query("update integration.connections set expires_at = now()");
    const outcomes = await Promise.all(callers.map((caller) => caller.call()));
    assert.deepEqual(new Set(outcomes), new Set(["ok"]));
    const renewals = multivers.audit.requests().filter(({ grant }) => grant === "refresh_token");
    assert.deepEqual(
      renewals.map(({ status }) => status),
      Array<number>(expiry).fill(200),
    );
  }
}

type Caller = { call(): Promise<string> };

async function startCaller(t: TestContext, rig: OrderRig): Promise<Caller> {
  const { DATABASE_URL } = rig.world.environment("order-writer");
  const child = spawn(process.execPath, [fileURLToPath(new URL("token-caller.ts", import.meta.url))], {
    env: {
      PATH: process.env["PATH"],
      ...rig.unit4.environment,
      DATABASE_URL,
      TENANT_ID: "a",
      ADMINISTRATION: DATABASES.a,
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  t.after(async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, "exit");
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  assert.equal(await next(), "ready");
  return {
    call: () => {
      child.stdin.write("call\n");
      return next();
    },
  };
}

async function renewalLost(t: TestContext, seed: number): Promise<void> {
  const rig = await createOrderRig(t, "F41", seed);
  const { multivers } = rig.unit4;
  const isRotating = seed !== 2;
  multivers.settings.change({ rotateRefreshTokens: isRotating });
  await rig.world.pool.query("update integration.connections set expires_at = now() where tenant_id = 'a'");
  const service = await rig.start({ CRASH_AT: "token-granted:1" });
  await rig.request("a", 2);
  assert.equal(await service.ended, "SIGKILL");
  await rig.start();
  if (isRotating) {
    // The old one is used up and the new one is lost: nobody but a person can help, and nothing was sent meanwhile.
    await until("the connection to count as revoked", async () => (await stateOfA(rig)) === "revoked");
    await rig.request("b", 2);
    await rig.settled(2);
    assert.equal(multivers.administration(DATABASES.a).orders.length, 0);
    await rig.unit4.connect({ tenantId: "a", database: DATABASES.a });
    await rig.world.pool.query("update order_writer.lanes set not_before = now()");
  }
  await rig.settled();
  assert.equal(await stateOfA(rig), "connected");
  await rig.judge({ earlyRenewals: 2 });
}

const stateOfA = async (rig: OrderRig): Promise<string | undefined> =>
  (
    await rig.world.pool.query<{ state: string }>(
      "select state from integration.connections where tenant_id = 'a'",
    )
  ).rows[0]?.state;
