import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { WorkorderArchived } from "../../../schemas/records.ts";
import { admit, type KnownEvents } from "../../../services/workorder-archived/domain/archived-events.ts";
import { workorderArchived } from "../../support/records.ts";

type Event = { readonly workorder: WorkorderArchived };

/** An archiving is told by its minutes, a retry of it by its id; clocks say anything. */
const event = (workorderId: string, workMinutes: number, retryId: string | null = null): Event => ({
  workorder: workorderArchived("a", workorderId, {
    workMinutes,
    archivedAt: 1_795_000_000_000 - workMinutes,
    retry: retryId === null ? null : { id: retryId, at: 1_795_000_000_000, by: "kantoor" },
  }),
});

/** What is decided, in chunks of this size: workorder, minutes, retry and number of each. */
function decide(events: readonly Event[], chunkSize: number): readonly unknown[] {
  const known = new Map<string, KnownEvents>();
  const decided: unknown[] = [];
  for (let start = 0; start < events.length; start += chunkSize) {
    const admitted = admit(events.slice(start, start + chunkSize), known);
    for (const one of admitted.known) known.set(`${one.tenantId}/${one.workorderId}`, one);
    for (const { event: one, sequence } of admitted.fresh) {
      const { workorderId, workMinutes, retry } = one.workorder;
      decided.push([workorderId, workMinutes, retry?.id ?? "", sequence]);
    }
  }
  return decided;
}

test("O35: archivings and retries are numbered in the order of their topic, each workorder on its own", () => {
  const events = [event("1", 60), event("2", 60), event("1", 60, "x"), event("1", 180)];
  assert.deepEqual(decide(events, 10), [
    ["1", 60, "", 1],
    ["2", 60, "", 1],
    ["1", 60, "x", 2],
    ["1", 180, "", 3],
  ]);
});

test("O30: a retry of an archiving that is no longer the latest decides nothing", () => {
  const events = [event("1", 60), event("1", 180), event("1", 60, "x"), event("1", 180, "y")];
  assert.deepEqual(decide(events, 1).slice(2), [["1", 180, "y", 4]]);
});

test("O30: a retry of what was archived before decisions were noted stands for its archiving too", () => {
  const events = [event("1", 60, "x"), event("1", 60), event("1", 60, "x"), event("1", 60, "y")];
  assert.deepEqual(decide(events, 1), [
    ["1", 60, "x", 2],
    ["1", 60, "y", 3],
  ]);
});

test("O30: whatever is read again, from where, and in chunks of any size: what was decided stays", () => {
  const events = fc.array(
    fc.record({
      workorderId: fc.constantFrom("1", "2"),
      minutes: fc.integer({ min: 1, max: 4 }),
      retryId: fc.constantFrom(null, null, "x", "y"),
    }),
    { maxLength: 12 },
  );
  const replays = fc.array(fc.record({ after: fc.nat(), from: fc.nat() }), { maxLength: 3 });
  fc.assert(
    fc.property(events, replays, fc.integer({ min: 1, max: 5 }), (drawn, again, chunkSize) => {
      const topic = drawn.map(({ workorderId, minutes, retryId }) => event(workorderId, minutes, retryId));
      // At some moments the reader goes back to some earlier place and reads on from there.
      const read = [...topic.keys()].flatMap((index) => [
        index,
        ...again
          .filter(({ after }) => after % topic.length === index)
          .flatMap(({ from }) => [...topic.keys()].slice(from % (index + 1), index + 1)),
      ]);
      assert.deepEqual(
        decide(
          read.flatMap((index) => topic[index] ?? []),
          chunkSize,
        ),
        decide(topic, topic.length + 1),
      );
    }),
  );
});
