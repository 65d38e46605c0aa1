import assert from "node:assert/strict";
import { test } from "node:test";
import type { OrderSettled } from "../../../schemas/records.ts";
import { checkSettledOrder, newestOutcomes } from "../../../services/simon-projector/domain/settled-order.ts";

const settled = (place: number, overrides: Partial<OrderSettled>) => ({
  key: "a/W1",
  tenantId: "a",
  entityId: "W1",
  place,
  value: {
    ...{ tenantId: "a", workorderId: "W1", workorderNumber: "WB-2026-000001", outcome: "refused" as const },
    ...{
      orderId: null,
      code: "X",
      params: { reason: "Debiteur\u0000 passief" },
      archivedAt: 100,
      settledAt: 200,
    },
    ...{ attempts: 1, sequence: 1, ...overrides },
  },
});
const newestCode = (...records: readonly ReturnType<typeof settled>[]) =>
  newestOutcomes(records).map(({ code, place }) => [code, place]);

test("W16, O35: the outcome of the archiving that is later on its topic is shown, whatever the clocks say", () => {
  const records = [
    settled(1, { sequence: 2, code: "OF THE SECOND" }),
    settled(2, { sequence: 1, code: "OF THE FIRST", archivedAt: 900, settledAt: 900 }),
  ];
  assert.deepEqual(newestCode(...records), [["OF THE SECOND", 1]]);
  assert.deepEqual(newestCode(...records.toReversed()), [["OF THE SECOND", 1]]);
});

test("W16, O35: of one archiving it is that the order was written, although the mapping says otherwise later", () => {
  const written = settled(1, { outcome: "written", orderId: "20260104", code: "WRITTEN" });
  const refused = settled(2, { code: "REFUSED", settledAt: 900 });
  assert.deepEqual(newestCode(written, refused), [["WRITTEN", 1]]);
  assert.deepEqual(newestCode(settled(1, {}), refused), [["REFUSED", 2]]);
});

test("W16: of outcomes from before there were sequences it is the one of the latest archiving, settled last", () => {
  const before = (offset: number, archivedAt: number, settledAt: number, code: string) =>
    settled(offset, { sequence: 0, archivedAt, settledAt, code });
  const records = [
    before(1, 100, 200, "FIRST"),
    before(2, 100, 300, "LATER"),
    before(3, 100, 250, "LATE ARRIVAL"),
    before(4, 90, 900, "EARLIER ARCHIVING"),
  ];
  assert.deepEqual(newestCode(...records), [["LATER", 2]]);
  assert.deepEqual(newestCode(...records, settled(5, { archivedAt: 50, code: "WITH" })), [["WITH", 5]]);
});

test("O44: a NUL in Unit4's reason does not reach Postgres, and shows", () => {
  assert.equal(newestOutcomes([settled(1, {})])[0]?.params["reason"], "Debiteur\uFFFD passief");
});

test("O21: a settled order without times, or written without a number, is meaningless", () => {
  const good = settled(1, {});
  assert.equal(checkSettledOrder(good), null);
  assert.match(checkSettledOrder({ ...good, entityId: "W2" }) ?? "", /workorder/);
  assert.match(checkSettledOrder({ ...good, value: { ...good.value, archivedAt: 0 } }) ?? "", /archivedAt/);
  assert.match(checkSettledOrder({ ...good, value: { ...good.value, outcome: "written" } }) ?? "", /number/);
});
