import assert from "node:assert/strict";
import { test } from "node:test";
import { settings } from "../../../services/simon-projector/config.ts";
import {
  type Candidate,
  cleaningDoneMessage,
  cleaningPlan,
  nextCleaningAt,
  SPREAD_MS,
} from "../../../services/simon-projector/domain/cleaning.ts";

const PATTERN = "0 1 * * 1,3,5";
const tenants = Array.from({ length: 200 }, (_, index) => `tenant-${index}`);
const at = (iso: string): number => Date.parse(iso);

/** Weekday and hour in Dutch time. */
const dutch = (ms: number): string =>
  new Intl.DateTimeFormat("en-GB", {
    timeZone: "Europe/Amsterdam",
    weekday: "short",
    hour: "2-digit",
  }).format(ms);

test("M4: cleanings are on Monday, Wednesday and Friday night between 1 and 5, Dutch time, spread over tenants", () => {
  const hours = new Map<string, number>();
  for (const tenantId of tenants) {
    const next = dutch(nextCleaningAt(at("2026-11-24T12:00:00Z"), tenantId, PATTERN));
    hours.set(next, (hours.get(next) ?? 0) + 1);
  }
  assert.deepEqual([...hours.keys()].sort(), ["Wed, 01", "Wed, 02", "Wed, 03", "Wed, 04"]);
  for (const [hour, count] of hours) assert.ok(count > 25, `${count} of 200 at ${hour}`);
});

test("M4: three cleanings a week, each strictly after the one before", () => {
  for (const tenantId of tenants.slice(0, 20)) {
    let moment = at("2026-11-23T12:00:00Z");
    const days = Array.from({ length: 6 }, () => {
      moment = nextCleaningAt(moment, tenantId, PATTERN);
      return dutch(moment).slice(0, 3);
    });
    assert.deepEqual(days, ["Wed", "Fri", "Mon", "Wed", "Fri", "Mon"]);
  }
});

test("M4: a tenant whose moment of this night is still to come is cleaned this night", () => {
  for (const tenantId of tenants) {
    const moment = nextCleaningAt(at("2026-11-24T12:00:00Z"), tenantId, PATTERN);
    assert.equal(nextCleaningAt(moment - 1, tenantId, PATTERN), moment);
    assert.ok(nextCleaningAt(moment, tenantId, PATTERN) > moment);
  }
});

test("M4: the clock's change in spring and autumn neither skips nor doubles a cleaning", () => {
  const everyNight = "0 1 * * *";
  for (const [before, after] of [
    ["2026-03-27T12:00:00Z", "2026-03-31T12:00:00Z"],
    ["2026-10-23T12:00:00Z", "2026-10-27T12:00:00Z"],
  ] as const)
    for (const tenantId of tenants) {
      const moments: number[] = [];
      for (let next = nextCleaningAt(at(before), tenantId, everyNight); next < at(after); )
        next = nextCleaningAt(moments[moments.push(next) - 1] ?? next, tenantId, everyNight);
      assert.equal(moments.length, 4, `${tenantId} after ${before}`);
    }
});

test("M4: a pattern inside the hour that spring skips still cleans", () => {
  const next = nextCleaningAt(at("2026-03-28T12:00:00Z"), "a", "30 2 * * 0");
  assert.ok(next >= at("2026-03-29T00:30:00Z") && next < at("2026-03-29T01:30:00Z") + SPREAD_MS);
});

test("M4: a pattern that is none is refused when the settings are read", () => {
  const { SIMON_PROJECTOR_CLEANING_CRON: pattern } = settings.shape;
  assert.equal(pattern.parse(undefined), PATTERN);
  assert.equal(pattern.safeParse("at night").success, false);
  assert.equal(pattern.safeParse("0 0 30 2 *").success, false);
});

const candidate = (entityId: string, overrides: Partial<Candidate> = {}): Candidate => ({
  ...{
    entityId,
    name: `Klant ${entityId}`,
    epoch: 1,
    revision: 7,
    updatedAtMs: 100,
    isKept: false,
    workorders: [],
    livesOn: null,
  },
  ...overrides,
});
const plan = (...candidates: readonly Candidate[]) =>
  cleaningPlan({ tenantId: "a", entity: "customer", candidates, nowMs: 1_000 });

test("M6: what an open workorder uses stays, with one warning that names the workorders", () => {
  const result = plan(candidate("K2", { workorders: ["WB-2026-000001", "WB-2026-000002"] }), candidate("K3"));
  assert.deepEqual(result.remove, ["K3"]);
  assert.deepEqual(result.keep, ["K2"]);
  assert.equal(result.messages.length, 1);
  assert.equal(result.messages[0]?.code, "CUSTOMER_KEPT_IN_USE");
  assert.deepEqual(result.messages[0]?.params, {
    ...{ id: "K2", name: "Klant K2", workorders: "WB-2026-000001, WB-2026-000002" },
  });
});

test("M6: the next cleaning of a row that stays says nothing new and still counts it", () => {
  const result = plan(candidate("K2", { workorders: ["WB-2026-000001"], isKept: true }));
  assert.deepEqual(result.messages, []);
  assert.deepEqual(result.keep, []);
  assert.equal(result.keptCount, 1);
});

test("M6: many workorders are named in part", () => {
  const workorders = Array.from({ length: 9 }, (_, index) => `WB-${index}`);
  assert.equal(
    plan(candidate("K2", { workorders })).messages[0]?.params?.["workorders"],
    "WB-0, WB-1, WB-2, WB-3, WB-4, …",
  );
});

test("O43: addresses made by hand keep a customer that lives on under another number, and the office is told each time", () => {
  const livesOn = {
    addresses: ["Magazijn, Dorpsstraat 1, Ede", "Kantoor"],
    successors: [
      { id: "20001", name: "Hotel De Linde" },
      { id: "20002", name: "" },
    ],
  };
  const first = plan(candidate("10001", { livesOn }), candidate("K3"));
  assert.deepEqual([first.remove, first.keep, first.keptCount], [["K3"], ["10001"], 1]);
  const [message, ...others] = first.messages;
  assert.deepEqual(others, []);
  assert.equal(message?.code, "CUSTOMER_ADDRESSES_LEFT");
  assert.deepEqual(message?.params, {
    id: "10001",
    name: "Klant 10001",
    successors: "20001 Hotel De Linde, 20002",
    addresses: "Magazijn, Dorpsstraat 1, Ede, Kantoor",
  });
  // Kept before because of a workorder: that it lives on was not said yet; said twice it is the same message.
  const later = plan(candidate("10001", { livesOn, isKept: true }));
  assert.deepEqual([later.keep, later.messages], [[], first.messages]);
  const both = plan(candidate("10001", { livesOn, workorders: ["WB-1"] }));
  assert.deepEqual(
    both.messages.map(({ code }) => code),
    ["CUSTOMER_KEPT_IN_USE", "CUSTOMER_ADDRESSES_LEFT"],
  );
});

test("L5: the warning ends when the row is removed after all", () => {
  const result = plan(candidate("K2", { isKept: true }));
  assert.deepEqual(result.remove, ["K2"]);
  assert.deepEqual(result.messages[0]?.closes, ["CUSTOMER_KEPT_IN_USE", "CUSTOMER_ADDRESSES_LEFT"]);
});

test("L6: a cleaning reports its counts once for each moment at which it was due", () => {
  const say = (nowMs: number) =>
    cleaningDoneMessage("a", { customers: 3, articles: 2, kept: 1 }, { dueAtMs: 77, nowMs });
  assert.deepEqual(say(100).params, { customers: "3", articles: "2", kept: "1" });
  assert.equal(say(100).occurrence, say(200).occurrence);
});
