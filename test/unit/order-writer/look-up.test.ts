import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fiscalYearsToAsk, matchingOrderIds } from "../../../services/order-writer/domain/order-search.ts";
import { isStoredReference } from "../../../services/order-writer/domain/stored-reference.ts";
import type { Lane } from "../../../services/order-writer/lanes.ts";
import { createOrderApi } from "../../../services/order-writer/unit4-orders.ts";
import type { CallResult } from "../../../services/shared/unit4/http/errors.ts";
import type { AnsweredOrder, ListedOrder } from "../../../services/shared/unit4/orders/orders.ts";

const listed = (orderId: string, reference: string, overrides: Partial<ListedOrder> = {}): ListedOrder => ({
  orderId,
  customerId: "10001",
  reference,
  orderDate: "25-11-2026",
  ...overrides,
});
const LONG = listed("20260040", "WB-2026-00190 Boilers nagekeken");
const WANTED = {
  workorderId: "1",
  customerId: "10001",
  reference: "WB-2026-0019 Ketel",
  orderDate: "2026-06-25",
};

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

test("A13, O02: of an erased reference the key and its delimiter tell whose order it is", () => {
  assert.ok(isStoredReference("WB-2026-0019 Ketel nagekeken", "WB-2026-0019 "));
  assert.ok(isStoredReference("WB-2026-0019 K", "WB-2026-0019 "));
  assert.ok(!isStoredReference("WB-2026-00190 Ketel", "WB-2026-0019 "));
  assert.ok(!isStoredReference("WB-2026-001", "WB-2026-0019 "));
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

test("O46, F34: an order counts as absent only when every book year that can hold its date was asked", () => {
  assert.deepEqual(fiscalYearsToAsk(WANTED), [2026, 2025, 2027]);
  // A book year that begins in any month, is named after its first or its last day, and is short or long by some months.
  const bookYears = fc.record({
    beginsInMonth: fc.integer({ min: 1, max: 12 }),
    months: fc.integer({ min: 1, max: 23 }),
    namedAfter: fc.constantFrom("start", "end"),
    firstYear: fc.integer({ min: 2020, max: 2030 }),
    monthIn: fc.nat(22),
  });
  fc.assert(
    fc.property(bookYears, ({ beginsInMonth, months, namedAfter, firstYear, monthIn }) => {
      const monthOf = (at: number) => ({ year: firstYear + Math.floor((beginsInMonth - 1 + at) / 12), at });
      const date = monthOf(monthIn % months);
      const name = namedAfter === "start" ? firstYear : monthOf(months - 1).year;
      // Named more than a year away from the date: longer than the law allows a book year to be.
      fc.pre(Math.abs(name - date.year) <= 1);
      const month = ((beginsInMonth - 1 + date.at) % 12) + 1;
      const orderDate = `${date.year}-${String(month).padStart(2, "0")}-30`;
      assert.ok(fiscalYearsToAsk({ orderDate }).includes(name), `${orderDate} is in book year ${name}`);
    }),
  );
});

const LANE: Lane = { tenantId: "a", token: 1, administration: "MVL00042", failures: 0 };
const UNAVAILABLE = { kind: "unavailable", reason: "HTTP_503" } as const;
const SHOWN: AnsweredOrder = { orderId: "", customerId: "10001", reference: "", orderLines: [], total: null };

/** Unit4 with these lists; the year lists by year, unknown years are empty. */
function apiWith(unit4: {
  readonly orders?: readonly ListedOrder[];
  readonly years?: Readonly<Record<number, CallResult<readonly ListedOrder[]>>>;
  readonly shown?: CallResult<AnsweredOrder>;
  readonly ofOthers?: readonly string[];
}) {
  const asked: number[] = [];
  const calls = {
    postOrder: async () => assert.fail("a look-up posts nothing"),
    findOrdersOfCustomer: async () => ({ kind: "ok", value: unit4.orders ?? [] }),
    findOrdersOfYear: async (_, { fiscalYear }) => {
      asked.push(fiscalYear);
      return unit4.years?.[fiscalYear] ?? { kind: "ok", value: [] };
    },
    fetchOrder: async (_, orderId) => unit4.shown ?? { kind: "ok", value: { ...SHOWN, orderId } },
  } satisfies Parameters<typeof createOrderApi>[0];
  const api = createOrderApi(calls, async () => new Set(unit4.ofOthers ?? []));
  return {
    asked,
    lookUp: () => api.lookUp(LANE, WANTED),
    visit: (orderId: string) => api.visit(LANE, WANTED, orderId),
  };
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

test("W13: an order that the ledger knows as another workorder's is never taken over, though reference and customer are the same", async () => {
  const orders = [listed("20190007", WANTED.reference), listed("20260038", WANTED.reference)];
  const own = await apiWith({ orders, ofOthers: ["20190007"] }).lookUp();
  assert.deepEqual([own.kind, own.kind === "found" && own.orderId], ["found", "20260038"]);
  const years = { 2026: { kind: "ok", value: orders.slice(1) } } as const;
  const inYear = await apiWith({ orders: orders.slice(0, 1), ofOthers: ["20190007"], years }).lookUp();
  assert.equal(inYear.kind, "found");
  const none = apiWith({ orders: orders.slice(0, 1), ofOthers: ["20190007"] });
  assert.deepEqual([await none.lookUp(), none.asked], [{ kind: "absent" }, [2026, 2025, 2027]]);
});

test("O29: a number that was given to another order does not stand for the one that was deleted", async () => {
  const shownAs = (overrides: Partial<AnsweredOrder>) =>
    apiWith({ shown: { kind: "ok", value: { ...SHOWN, orderId: "20260038", ...overrides } } });
  const another = { customerId: "20002", reference: "WB-2026-0777 Dakgoot" };
  assert.deepEqual(await shownAs(another).visit("20260038"), { kind: "absent" });
  // The office moved it to another debtor, or gave it a reference of its own; or Unit4 does not show it all.
  for (const own of [
    { customerId: "20002", reference: WANTED.reference },
    { reference: "Tuin" },
    { ...another, reference: "" },
  ])
    assert.deepEqual(await shownAs(own).visit("20260038"), { kind: "found", orderId: "20260038" });
});
