import assert from "node:assert/strict";
import { test } from "node:test";
import { createSharedSlots, createSlots, type Slot } from "../../../services/shared/slots.ts";

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

const LIMITS = { most: 4, mostOf: { user: 1, tenant: 2 }, waitingOf: { user: 1, tenant: 2 } };

/** What has become of takes so far: null while one waits. */
async function seen(...takes: readonly Promise<Slot | null>[]): Promise<readonly (string | null)[]> {
  const became: (string | null)[] = takes.map(() => null);
  takes.forEach((take, at) => {
    void take.then((slot) => {
      became[at] = slot === null ? "refused" : "taken";
    });
  });
  await new Promise((resolve) => setImmediate(resolve));
  return became;
}

test("an owner takes its share and waits for more of it; beyond the waiting room it is refused, and others do not notice", async () => {
  const slots = createSharedSlots(LIMITS);
  const take = (user: string, tenant: string) => slots.take({ user, tenant });
  const [anja, again, third] = [take("anja", "bos"), take("anja", "bos"), take("anja", "bos")];
  assert.deepEqual(await seen(anja, again, third), ["taken", null, "refused"]);
  const [bert, carla, dirk] = [take("bert", "bos"), take("carla", "bos"), take("dirk", "bos")];
  assert.deepEqual(await seen(bert, carla, dirk), ["taken", null, "refused"], "the tenant has its share");
  const others = [take("noor", "noord"), take("olaf", "oost")];
  assert.deepEqual(await seen(...others), ["taken", "taken"]);
  const west = take("wim", "west");
  assert.deepEqual(await seen(west), [null], "all are taken");
  (await bert)?.free();
  assert.deepEqual(await seen(carla, west), [null, "taken"], "who has none is before who came first");
  (await anja)?.free();
  (await anja)?.free();
  assert.deepEqual(await seen(again, carla), ["taken", null], "once freed is one freed");
});

test("who gives up waiting is gone, and its place in the waiting room with it", async () => {
  const slots = createSharedSlots({ most: 1, mostOf: { user: 1 }, waitingOf: { user: 1 } });
  const first = await slots.take({ user: "anja" });
  const leaving = new AbortController();
  const waits = slots.take({ user: "anja" }, () => leaving.signal);
  assert.deepEqual(await seen(waits, slots.take({ user: "anja" })), [null, "refused"]);
  leaving.abort();
  const next = slots.take({ user: "anja" });
  assert.deepEqual(await seen(waits, next), ["refused", null]);
  assert.equal(await slots.take({ user: "bert" }, () => AbortSignal.abort()), null);
  first?.free();
  assert.deepEqual(await seen(next), ["taken"]);
});

test("one slot that is freed may let in several who waited for different reasons", async () => {
  const slots = createSharedSlots({ most: 9, mostOf: { user: 1, tenant: 1 } });
  const both = await slots.take({ user: "beheer", tenant: "bos" });
  const [user, tenant] = [
    slots.take({ user: "beheer", tenant: "oost" }),
    slots.take({ user: "anja", tenant: "bos" }),
  ];
  assert.deepEqual(await seen(user, tenant), [null, null]);
  both?.free();
  assert.deepEqual(await seen(user, tenant), ["taken", "taken"]);
});
