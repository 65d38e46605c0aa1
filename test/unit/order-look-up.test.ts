import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fiscalYearsToAsk, matchingOrderIds } from "../../services/order-writer/domain/order-search.ts";
import { isStoredReference } from "../../services/order-writer/domain/stored-reference.ts";
import type { Lane } from "../../services/order-writer/lanes.ts";
import { createOrderApi } from "../../services/order-writer/unit4-orders.ts";
import type { Outcome } from "../../services/shared/unit4/http/errors.ts";
import type { AnsweredOrder, ListedOrder } from "../../services/shared/unit4/orders/orders.ts";

const listed = (orderId: string, reference: string, overrides: Partial<ListedOrder> = {}): ListedOrder => ({
  orderId,
  customerId: "10001",
  reference,
  orderDate: "25-11-2026",
  ...overrides,
});
const LONG = listed("20260040", "WB-2026-00190 Boilers nagekeken");
const WANTED = { customerId: "10001", reference: "WB-2026-0019 Ketel", orderDate: "2026-06-25" };

test("O02: a reference that begins another workorder's is not that workorder's, whichever of the two is looked for", () => {
  for (const reference of ["WB-2026-0019", "WB-2026-0019 Boilers nagekeken"])
    assert.deepEqual(matchingOrderIds([LONG], { customerId: "10001", reference }), []);
  const short = listed("20260041", "WB-2026-0019 Ketel");
  assert.deepEqual(matchingOrderIds([LONG, short], LONG), ["20260040"]);
  assert.deepEqual(matchingOrderIds([LONG, short], WANTED), ["20260041"]);
});

test("O02: the same reference on another customer is another order", () => {
  const other = listed("1", WANTED.reference, { customerId: "10002" });
  assert.deepEqual(matchingOrderIds([other], WANTED), []);
});

test("F34: a stored reference may be cut short, but not before the whole key and its delimiter", () => {
  const sent = "WB-2026-0019 Ketel nagekeken";
  const matching = Array.from({ length: sent.length + 1 }, (_, length) => sent.slice(0, length)).filter(
    (cut) => isStoredReference(cut, sent),
  );
  assert.equal(matching[0], "WB-2026-0019 ");
  assert.equal(matching.length, sent.length - "WB-2026-0019".length);
  assert.ok(isStoredReference(`${sent} `, sent));
  assert.ok(isStoredReference("WB-2026-0019", "WB-2026-0019"));
  assert.ok(!isStoredReference(`${sent} en meer`, sent));
});

test("O02: however a reference is cut, it never passes for one of a workorder with another number", () => {
  const key = fc.stringMatching(/^WB-[0-9]{1,4}$/);
  fc.assert(
    fc.property(key, key, fc.string(), fc.nat(60), (own, other, about, cut) => {
      fc.pre(own !== other);
      const foreign = `${other} ${about}`.slice(0, cut);
      // A cut inside the other number may leave exactly ours; only the delimiter tells.
      fc.pre(foreign.length > other.length);
      assert.ok(!isStoredReference(foreign, `${own} ${about}`));
      assert.ok(!isStoredReference(foreign, own));
    }),
  );
});

test("F34: further fiscal years are asked: the order's own always, a neighbour near the edge, both when only one year is seen", () => {
  const old = listed("1", "x", { orderDate: "3-2-2024" });
  const both = [old, listed("2", "y")];
  assert.deepEqual(fiscalYearsToAsk(both, WANTED), [2026]);
  assert.deepEqual(fiscalYearsToAsk(both, { orderDate: "2026-01-02" }), [2026, 2025]);
  assert.deepEqual(fiscalYearsToAsk(both, { orderDate: "2026-12-31" }), [2026, 2027]);
  for (const seen of [[], [old], [listed("2", "y", { orderDate: "geen" })]])
    assert.deepEqual(fiscalYearsToAsk(seen, WANTED), [2026, 2025, 2027]);
});

const LANE: Lane = { tenantId: "a", token: 1, administration: "MVL00042", failures: 0 };
const UNAVAILABLE = { kind: "unavailable", reason: "HTTP_503" } as const;
const SHOWN: AnsweredOrder = { orderId: "", customerId: "10001", reference: "", orderLines: [] };

/** Unit4 with these lists; the year lists by year, unknown years are empty. */
function apiWith(unit4: {
  readonly orders?: readonly ListedOrder[];
  readonly years?: Readonly<Record<number, Outcome<readonly ListedOrder[]>>>;
  readonly shown?: Outcome<AnsweredOrder>;
}) {
  const asked: number[] = [];
  const api = createOrderApi({
    postOrder: async () => assert.fail("a look-up posts nothing"),
    findOrdersOfCustomer: async () => ({ kind: "ok", value: unit4.orders ?? [] }),
    findOrdersOfYear: async (_, { fiscalYear }) => {
      asked.push(fiscalYear);
      return unit4.years?.[fiscalYear] ?? { kind: "ok", value: [] };
    },
    fetchOrder: async (_, orderId) => unit4.shown ?? { kind: "ok", value: { ...SHOWN, orderId } },
  });
  return { asked, lookUp: () => api.lookUp(LANE, WANTED) };
}

test("O01: an order that is found is shown as it is stored; when Unit4 does not show it, it is found all the same", async () => {
  const orders = [LONG, listed("20260038", WANTED.reference)];
  const found = await apiWith({ orders }).lookUp();
  assert.deepEqual(found, {
    kind: "found",
    orderId: "20260038",
    stored: { ...SHOWN, orderId: "20260038" },
  });
  const unseen = { kind: "found", orderId: "20260038", stored: null };
  assert.deepEqual(await apiWith({ orders, shown: UNAVAILABLE }).lookUp(), unseen);
  const other = { kind: "ok", value: { ...SHOWN, orderId: "20260039" } } as const;
  assert.deepEqual(await apiWith({ orders, shown: other }).lookUp(), unseen);
});

test("F34: a list that shows one fiscal year only hides no order: the years are asked before it counts as absent", async () => {
  const value = [listed("20250038", WANTED.reference, { orderDate: "30-6-2026" })];
  const { asked, lookUp } = apiWith({ years: { 2025: { kind: "ok", value } } });
  const outcome = await lookUp();
  assert.deepEqual([outcome.kind, asked], ["found", [2026, 2025]]);
  const nowhere = apiWith({});
  assert.deepEqual([await nowhere.lookUp(), nowhere.asked], [{ kind: "absent" }, [2026, 2025, 2027]]);
});

test("O01: a year that Unit4 does not answer leaves the order unknown, never absent", async () => {
  const outcome = await apiWith({ years: { 2027: UNAVAILABLE } }).lookUp();
  assert.deepEqual(outcome, { kind: "no-answer", reason: "HTTP_503", notBeforeMs: null });
});

test("F34: two orders with the reference are both named, the lower number first, each once", async () => {
  const two = [listed("20260101", WANTED.reference), listed("20260038", "WB-2026-0019 Ke")];
  const outcome = await apiWith({ orders: [...two, ...two] }).lookUp();
  assert.deepEqual(outcome, { kind: "found-several", orderIds: ["20260038", "20260101"] });
});
