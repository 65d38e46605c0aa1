import assert from "node:assert/strict";
import type { FaultRuleInput } from "../../infra/sandbox/multivers/faults/fault-rule.ts";
import { until } from "../support/until.ts";
import type { FaultCase } from "./fault-case.ts";
import { createOrderRig, DATABASES, type OrderRig, TIMES } from "./order-rig.ts";

const ORDER = { method: "POST", operation: "Order" } as const;
const answer = (status: number) => ({ kind: "answer", status, body: "" }) as const;

/** Rows in which Unit4 leaves open whether it stored an order: F31 to F35, F37. */
export const UNIT4_FAULTS: readonly FaultCase[] = [
  {
    name: "F31: an order whose answer hangs after it was stored is found, not sent again",
    isQuick: true,
    run: (t, seed) =>
      survive(t, { name: "F31", seed }, [
        hit({ commit: true, effect: { kind: "hang", ms: TIMES.sendingMs + 500 } }),
      ]),
  },
  {
    name: "F32: an order that is stored only after the connection broke is waited for, not sent again",
    isQuick: true,
    run: (t, seed) =>
      survive(t, { name: "F32", seed }, [
        hit({
          effect: {
            kind: "late-commit",
            // The later, the nearer to the end of the quarantine.
            commitAfterMs: (TIMES.quarantineMs * seed) / 4,
            answer: { kind: "reset" },
          },
        }),
      ]),
  },
  {
    name: "F33: stored, then 500, 502, a reset or half a body: found, not sent again",
    isQuick: false,
    run: (t, seed) =>
      survive(t, { name: "F33 stored", seed }, [
        hit({ id: "500", commit: true, effect: answer(500) }),
        hit({ id: "502", commit: true, effect: answer(502) }),
        hit({ id: "reset", commit: true, effect: { kind: "reset" } }),
        hit({ id: "half", commit: true, effect: { kind: "cut-body", bytes: 30 * seed } }),
      ]),
  },
  {
    name: "F33: 500, 503, a page or nothing with nothing stored: sent again after two look-ups, once",
    isQuick: false,
    run: (t, seed) =>
      survive(t, { name: "F33 not stored", seed, sendings: 2 }, [
        hit({ id: "500", effect: answer(500) }),
        hit({ id: "503", effect: answer(503) }),
        hit({ id: "page", effect: { kind: "html" } }),
        hit({ id: "empty", effect: { kind: "empty" } }),
      ]),
  },
  {
    name: "F34: an order that the lists show late, with the filter ignored and the reference cut, is found",
    isQuick: false,
    run: async (t, seed) => {
      const rig = await createOrderRig(t, "F34", seed);
      rig.unit4.multivers.settings.change({
        ignoreFilter: true,
        // Until shortly before the first look-up.
        invisibleOrdersMs: TIMES.quarantineMs - 300 * seed,
        cutReference: 40,
      });
      await surviveIn(rig, 1, [hit({ commit: true, effect: { kind: "reset" } })]);
    },
  },
  {
    name: "F34: an order that stands there twice is for a person, with both numbers, and is not sent a third time",
    isQuick: false,
    run: foundTwice,
  },
  {
    name: "F35: a connection that ends while an order is written to it leaves it unknown: looked up, then sent again",
    isQuick: false,
    run: (t, seed) => survive(t, { name: "F35", seed, sendings: 2 }, [hit({ effect: { kind: "reset" } })]),
  },
  {
    name: "F37: a burst of 500 for all tenants: hardly a retry meanwhile, one order each afterwards",
    isQuick: false,
    run: burst,
  },
];

/** A fault that hits one order of tenant a. */
const hit = (rule: Pick<FaultRuleInput, "effect"> & Partial<FaultRuleInput>): FaultRuleInput => ({
  id: "fault",
  match: { ...ORDER, database: DATABASES.a },
  times: 1,
  ...rule,
});

async function survive(
  t: Parameters<typeof createOrderRig>[0],
  about: { readonly name: string; readonly seed: number; readonly sendings?: number },
  rules: readonly FaultRuleInput[],
): Promise<void> {
  await surviveIn(await createOrderRig(t, about.name, about.seed), about.sendings ?? 1, rules);
}

/** Each rule hits an order of its own among others. @param sendings that an order which was hit takes in all */
async function surviveIn(rig: OrderRig, sendings: number, rules: readonly FaultRuleInput[]): Promise<void> {
  await rig.start();
  rig.faults(...rules);
  await rig.request("a", rules.length + rig.dice.between(1, 3));
  await rig.request("b", 2);
  await rig.settled();
  const fired = rig.unit4.multivers.faults.status.map((status) => status.fired);
  assert.deepEqual(
    fired,
    rules.map(() => 1),
  );
  const attempts = [...(await rig.judge()).values()].map((row) => row.attempts);
  const hitOrders = attempts.filter((count) => count > 1).length;
  assert.equal(hitOrders, sendings === 1 ? 0 : rules.length);
  assert.ok(Math.max(...attempts) <= sendings);
}

async function foundTwice(t: Parameters<typeof createOrderRig>[0], seed: number): Promise<void> {
  const rig = await createOrderRig(t, "F34 twice", seed);
  rig.faults(hit({ commit: true, effect: { kind: "reset" } }));
  const { multivers } = rig.unit4;
  const administration = multivers.administration(DATABASES.a);
  await rig.start();
  await rig.request("a", 1);
  const first = await until("the stored order", () => administration.orders[0]);
  administration.enterOrder(first);
  await rig.settled();
  const [row] = await rig.ledger();
  assert.deepEqual([row?.state, row?.code, row?.attempts], ["written", "ORDER_FOUND_TWICE", 1]);
  const messages = await rig.world.records<{ code: string; params: Record<string, string> }>("messageLogged");
  const said = messages.find(({ value }) => value?.code === "ORDER_FOUND_TWICE")?.value?.params["orderIds"];
  assert.equal(said, administration.orders.map(({ orderId }) => orderId).join(", "));
}

async function burst(t: Parameters<typeof createOrderRig>[0], seed: number): Promise<void> {
  const rig = await createOrderRig(t, "F37", seed);
  await rig.start();
  rig.faults({ id: "500", match: {}, effect: answer(500) });
  for (const tenantId of ["a", "b", "c"] as const) await rig.request(tenantId, 4);
  const { audit, faults } = rig.unit4.multivers;
  const isUnknown = (state: string): boolean => state === "unknown";
  await until("an unknown order of each tenant, looked up in vain", async () => {
    const rows = await rig.ledger();
    const lookedUp = audit.requests().filter(({ method }) => method === "GET");
    return (
      new Set(rows.filter(({ state }) => isUnknown(state)).map(({ tenantId }) => tenantId)).size === 3 &&
      new Set(lookedUp.map(({ database }) => database)).size === 3
    );
  });
  const seconds = spanSeconds(audit.requests());
  // One sending or look-up a second is what a lane in trouble does at most; each look-up repeats itself twice at most.
  assert.ok(audit.requests().length <= 3 * 3 * (seconds + 1), `${audit.requests().length} in ${seconds} s`);
  faults.clear();
  await rig.settled();
  await rig.judge();
}

const spanSeconds = (requests: readonly { readonly atMs: number }[]): number =>
  Math.ceil(((requests.at(-1)?.atMs ?? 0) - (requests[0]?.atMs ?? 0)) / 1_000);
