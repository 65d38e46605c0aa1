import assert from "node:assert/strict";
import { test } from "node:test";
import {
  archivedBody,
  archivedEvent,
  contentHash,
  isAhead,
} from "../../../../services/console/api/domain/archived-body.ts";

const BODY = {
  workorderId: "w1",
  workorderNumber: "WB-1",
  reportedReady: true,
  archivedAt: "2026-10-25T02:30:00.000+02:00",
};
const eventOf = (overrides: Readonly<Record<string, unknown>> = {}) =>
  archivedEvent("bos", archivedBody.parse({ ...BODY, ...overrides }));

test("what is left out becomes nothing: no customer, no address, no time, no articles", () => {
  assert.deepEqual(eventOf(), {
    tenantId: "bos",
    ...BODY,
    customerId: null,
    workAddress: null,
    description: "",
    travelMinutes: 0,
    workMinutes: 0,
    materials: [],
    archivedAt: Date.parse("2026-10-25T00:30:00Z"),
    archivedBy: "",
    retry: null,
  });
});

test("the same content has the same hash, whatever the order of members and the notation of the time", () => {
  const hash = contentHash(eventOf()).toString("hex");
  const { workorderId, ...rest } = BODY;
  const same = [
    eventOf({ archivedAt: "2026-10-25T00:30:00Z", customerId: null }),
    archivedEvent("bos", archivedBody.parse({ ...rest, workorderId })),
  ];
  for (const event of same) assert.equal(contentHash(event).toString("hex"), hash);
  // The clock shows 02:30 twice that night: an hour later it is another moment.
  const others = [
    eventOf({ archivedAt: "2026-10-25T02:30:00.000+01:00" }),
    eventOf({ travelMinutes: 1 }),
    eventOf({ customerId: "1" }),
    archivedEvent("noord", archivedBody.parse(BODY)),
  ];
  for (const event of others) assert.notEqual(contentHash(event).toString("hex"), hash);
});

test("a clock may be five minutes ahead, not more", () => {
  const event = eventOf();
  assert.equal(isAhead(event, event.archivedAt - 5 * 60_000), false);
  assert.equal(isAhead(event, event.archivedAt - 5 * 60_000 - 1), true);
});
