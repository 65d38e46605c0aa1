import assert from "node:assert/strict";
import { test } from "node:test";
import { dutchAmount } from "../../../../infra/sandbox/simon/article-pages.ts";
import { demoWorkorders } from "../../../../infra/sandbox/simon/demo-workorders.ts";
import { readWorkorder, typedWorkorder } from "../../../../infra/sandbox/simon/workorder-form.ts";

const usable = new Map([
  ["0017", "Pakking"],
  ["KB16/2-BR", "Koppeling"],
]);
const read = (fields: Record<string, string>) =>
  readWorkorder(typedWorkorder(new URLSearchParams(fields)), usable);

for (const [typed, plain] of [
  ["2,5", "2.5"],
  ["1.250,75", "1250.75"],
  ["1.250", "1250"],
  ["-2", "-2"],
] as const)
  test(`O10: the quantity ${typed} of a form is ${plain} in the event`, () => {
    const result = read({ articleId0: "0017", quantity0: typed });
    assert.deepEqual(result.kind === "read" && result.materials, [
      { articleId: "0017", quantity: plain, description: "Pakking" },
    ]);
  });

for (const typed of ["2.5", "1,2,3", "", "veel", "1e3"])
  test(`O10: the quantity “${typed}” of a form is refused`, () => {
    const result = read({ articleId0: "0017", quantity0: typed });
    assert.match(result.kind === "faults" ? result.faults.join() : "", /niet te lezen/);
  });

test("O05: article codes of a form stay as they were typed, and empty rows count for nothing", () => {
  const result = read({ articleId1: "KB16/2-BR", quantity1: "1", articleId3: "0017", quantity3: "2" });
  assert.deepEqual(result.kind === "read" && result.materials.map(({ articleId }) => articleId), [
    "KB16/2-BR",
    "0017",
  ]);
});

test("W4: minutes are whole; every fault of a form is named at once", () => {
  const result = read({
    travelMinutes: "1,5",
    workMinutes: "-3",
    articleId0: "9999",
    quantity0: "x",
    quantity1: "4",
  });
  assert.equal(result.kind === "faults" && result.faults.length, 5);
  assert.deepEqual(read({ travelMinutes: "15", workMinutes: "" }), {
    ...{ kind: "read", travelMinutes: 15, workMinutes: 0, materials: [] },
  });
});

test("W16: the demo workorders lead to each outcome: two orders, one skipped, one refused", () => {
  const [first, second, third, fourth, ...others] = demoWorkorders({
    customer: { customerId: "10001", name: "De Boer" },
    workAddress: null,
    materials: [{ articleId: "0017", quantity: "2.5", description: "" }],
    filterWord: "garantie",
  });
  assert.deepEqual(others, []);
  assert.ok(
    first !== undefined && first.travelMinutes > 0 && first.workMinutes > 0 && first.materials.length === 1,
  );
  assert.ok((second?.description.length ?? 0) > 254);
  assert.match(third?.description ?? "", /garantie/);
  assert.equal(fourth?.customerId, null);
  for (const sent of [first, second, fourth]) assert.doesNotMatch(sent?.description ?? "", /garantie/);
});

test("M1: prices are shown the Dutch way, digit for digit", () => {
  assert.deepEqual(["0", "12.5", "1234.5", "1234567.891", "-0.05"].map(dutchAmount), [
    ...["0,00", "12,50", "1.234,50", "1.234.567,891", "-0,05"],
  ]);
});
