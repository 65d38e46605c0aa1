import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type FaultRuleInput,
  parseFaultScript,
} from "../../../../../infra/sandbox/multivers/faults/fault-rule.ts";
import { FaultScript, type FaultTarget } from "../../../../../infra/sandbox/multivers/faults/fault-script.ts";

const POST: FaultTarget = {
  database: "MVL00042",
  method: "POST",
  operation: "Order",
  owner: "linde",
  reference: "WB-1",
};

test("sandbox: every part of a match narrows it, an empty match takes all", () => {
  const meets = (match: FaultRuleInput["match"], target: Partial<FaultTarget> = {}) =>
    scriptOf([rule({ match })]).decide({ ...POST, ...target }) !== null;
  assert.ok(meets({}));
  assert.ok(
    meets({ database: "mvl00042", method: "post", operation: "ORDER", owner: "linde", reference: "WB-1" }),
  );
  for (const match of [
    { database: "MVL00077" },
    { method: "GET" },
    { operation: "OrderInfoList" },
    { owner: "Linde" },
    { reference: "wb-1" },
  ])
    assert.ok(!meets(match), JSON.stringify(match));
  assert.ok(!meets({ database: "MVL00042" }, { database: null }));
  assert.ok(!meets({ reference: "" }, { reference: null }));
});

test("sandbox: times ends a rule after so many firings, every takes each n-th, and misses are counted too", () => {
  const faults = scriptOf([rule({ every: 3, times: 2 })]);
  const hits = Array.from({ length: 10 }, () => faults.decide(POST)?.id ?? null);
  assert.deepEqual(hits, [null, null, "a", null, null, "a", null, null, null, null]);
  assert.deepEqual(
    faults.status.map(({ matched, fired, ended }) => ({ matched, fired, ended })),
    [{ matched: 6, fired: 2, ended: true }],
  );
});

test("sandbox: the first rule that fires decides, and one that lets a request through leaves it to the next", () => {
  const faults = scriptOf([
    rule({ id: "one", times: 1 }),
    rule({ id: "two", every: 2 }),
    rule({ id: "rest" }),
  ]);
  assert.deepEqual(
    Array.from({ length: 5 }, () => faults.decide(POST)?.id),
    ["one", "rest", "two", "rest", "two"],
  );
});

test("sandbox: a probability hits the same requests in every run with the same seed, and about its share", () => {
  const run = (seed: string) => {
    const faults = scriptOf([rule({ probability: 0.3 })], seed);
    return Array.from({ length: 1_000 }, () => faults.decide(POST) !== null);
  };
  assert.deepEqual(run("7"), run("7"));
  assert.notDeepEqual(run("7"), run("8"));
  const share = run("7").filter(Boolean).length;
  assert.ok(share > 250 && share < 350, `${share} of 1000`);
  const never = scriptOf([rule({ probability: 0 })]);
  assert.equal(never.decide(POST), null);
});

test("sandbox: from and until count from the moment that the rule is set", () => {
  let nowMs = 1_000_000;
  const faults = new FaultScript(() => new Date(nowMs));
  const seen = (): readonly (string | null)[] =>
    [0, 99, 100, 199, 200, 500].map((afterMs) => {
      nowMs = start + afterMs;
      return faults.decide(POST)?.id ?? null;
    });
  let start = nowMs;
  faults.set([rule({ from: 100, until: 200 })]);
  assert.deepEqual(seen(), [null, null, "a", "a", null, null]);
  assert.deepEqual(
    faults.status.map(({ ended }) => ended),
    [true],
  );
  start = nowMs;
  faults.set([rule({ from: 100, until: 200 })]);
  assert.deepEqual(seen(), [null, null, "a", "a", null, null]);
});

test("sandbox: adding puts a rule before the others and in place of its namesake, removing takes it away", () => {
  const faults = scriptOf([rule({ id: "a" }), rule({ id: "b" })]);
  faults.add([rule({ id: "b", times: 1 })]);
  assert.deepEqual(
    faults.status.map(({ rule: { id } }) => id),
    ["b", "a"],
  );
  faults.remove((id) => id === "a");
  assert.deepEqual([faults.decide(POST)?.id, faults.decide(POST)], ["b", null]);
  faults.clear();
  assert.deepEqual(faults.status, []);
});

test("sandbox: a script that is not right is refused with the place of each fault, and changes nothing", () => {
  for (const [broken, place] of [
    [{ times: 0 }, /rules\.0\.times/],
    [{ probability: 2 }, /rules\.0\.probability/],
    [{ effect: { kind: "explode" } }, /rules\.0\.effect/],
    [{ match: { datbase: "MVL00042" } }, /rules\.0\.match/],
    [
      { commit: true, effect: { kind: "late-commit", commitAfterMs: 1, answer: { kind: "empty" } } },
      /commit/,
    ],
    [{ effect: { kind: "answer", status: 200, headers: { "x-a": "b\r\nc: d" } } }, /headers/],
    [{ effect: { kind: "answer", status: 200, body: "a", bodyBase64: "YQ==" } }, /not both/],
  ] as const) {
    const parsed = parseFaultScript({ rules: [{ ...rule(), ...broken }] });
    assert.equal(parsed.kind, "faults", JSON.stringify(broken));
    if (parsed.kind === "faults") assert.match(parsed.faults.join("\n"), place);
  }
  const faults = scriptOf([rule()]);
  assert.throws(() => faults.set([rule({ id: "b" }), rule({ id: "b" })]), { code: "FAULT_SCRIPT_INVALID" });
  assert.equal(faults.decide(POST)?.id, "a");
});

function rule(changes: Partial<FaultRuleInput> = {}): FaultRuleInput {
  return { id: "a", effect: { kind: "html" }, ...changes };
}

function scriptOf(rules: readonly FaultRuleInput[], seed?: string): FaultScript {
  const faults = new FaultScript(() => new Date(0));
  faults.set(rules, seed);
  return faults;
}
