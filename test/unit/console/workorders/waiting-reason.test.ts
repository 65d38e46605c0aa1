import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type WaitingFacts,
  waitingReasonOf,
} from "../../../../services/console/workorders/domain/waiting-reason.ts";

const UNTIL = new Date("2026-11-25T10:00:00Z");
const GOING: WaitingFacts = { isActive: true, connection: "connected", restsUntil: null };

test("O25, W16: what a person must mend is said before what passes by itself, and each says who does it", () => {
  const cases: readonly (readonly [Partial<WaitingFacts>, ReturnType<typeof waitingReasonOf>])[] = [
    [{}, { kind: "none" }],
    [{ restsUntil: UNTIL }, { kind: "resting", until: UNTIL }],
    [{ connection: "revoked" }, { kind: "disconnected" }],
    [{ connection: "none" }, { kind: "disconnected" }],
    [{ connection: "revoked", restsUntil: UNTIL }, { kind: "disconnected" }],
    [{ connection: "client_refused", restsUntil: UNTIL }, { kind: "client-refused" }],
    [{ isActive: false, connection: "revoked", restsUntil: UNTIL }, { kind: "off" }],
  ];
  for (const [facts, waitingReason] of cases)
    assert.deepEqual(waitingReasonOf({ ...GOING, ...facts }), waitingReason, JSON.stringify(facts));
});
