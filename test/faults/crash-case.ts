import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { CrashPoint } from "../../services/shared/crash-points.ts";
import { createOrderRig, DATABASES, type OrderRig } from "./order-rig.ts";

const MOST_WAVES = 12;

/**
 * F03: the order-writer is killed when it passes a point for the n-th time, n being the seed, and is started again:
 * exactly one order each, none lost, every end told.
 */
export async function surviveCrash(t: TestContext, point: CrashPoint, seed: number): Promise<void> {
  const rig = await createOrderRig(t, point, seed);
  const service = await rig.start({ CRASH_AT: `${point}:${seed}` });
  let signal: NodeJS.Signals | null | undefined;
  void service.ended.then((how) => {
    signal = how;
  });
  let waves = 0;
  for (; signal === undefined && waves < MOST_WAVES; waves += 1) {
    await makeWave(rig, waves);
    await Promise.race([rig.settled(), service.ended]);
  }
  assert.equal(signal, "SIGKILL", `the process did not pass ${point} ${seed} times`);
  await rig.start();
  await rig.settled();
  await rig.judge({ earlyRenewals: waves * Object.keys(DATABASES).length });
  const deadLetters = await rig.world.records("deadLetter");
  assert.equal(new Set(deadLetters.map(({ key }) => key)).size, waves);
}

/** Something of all that leads past a crash point: orders, answers and an order that are lost, poison, a token to be renewed. */
async function makeWave(rig: OrderRig, wave: number): Promise<void> {
  await rig.world.pool.query("update integration.connections set expires_at = now()");
  const order = {
    match: { method: "POST", operation: "Order" },
    times: 1,
    effect: { kind: "reset" },
  } as const;
  rig.faults({ ...order, id: "answer lost", commit: true }, { ...order, id: "order lost" });
  await rig.world.send("orderRequested", `a/poison-${wave}`, Buffer.from(`no order ${wave}`));
  for (const tenantId of ["a", "b", "c"] as const) await rig.request(tenantId, 2);
}
