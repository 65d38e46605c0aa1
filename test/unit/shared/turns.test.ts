import assert from "node:assert/strict";
import { test } from "node:test";
import { describeError, Failure } from "../../../services/shared/domain/failure.ts";
import { type Lease, stillHeld } from "../../../services/shared/lease.ts";
import { createTurns } from "../../../services/shared/turns.ts";
import { until } from "../../support/until.ts";

/** Turns that tell what came of them, and a turn that ends when it is told to. */
function watchedTurns(most: number) {
  const seen = { failed: [] as string[], ended: 0, lost: [] as string[], held: [] as string[], nowMs: 0 };
  const turns = createTurns<Lease>({
    now: () => seen.nowMs,
    onHeld: (error) => seen.held.push(describeError(error)),
    most,
    onFailed: (tenantId) => seen.failed.push(tenantId),
    onEnded: () => {
      seen.ended += 1;
    },
  });
  const begin = (tenantId: string, token: number): (() => void) => {
    let finish = (): void => {};
    turns.begin({ tenantId, token }, (lost) => {
      lost.addEventListener("abort", () => seen.lost.push(`${tenantId} ${token}`));
      return new Promise((resolve) => {
        finish = resolve;
      });
    });
    return finish;
  };
  return { turns, seen, begin };
}

test("turns run side by side up to their number, and one that fails ends alone", async () => {
  const { turns, seen, begin } = watchedTurns(2);
  const finish = begin("bos", 1);
  turns.begin({ tenantId: "vos", token: 1 }, async () => {
    throw new Error("a fault of ours");
  });
  assert.equal(turns.room(), 0);
  await until("the failed one", async () => seen.ended === 1);
  assert.deepEqual(seen.failed, ["vos"]);
  assert.equal(turns.count(), 1);
  finish();
  await turns.ended();
  assert.equal(turns.room(), 2);
});

test("F17, L3: an outage is told once by the turns that it ends, and is nobody's failure; the next outage is told again", async () => {
  const { turns, seen, begin } = watchedTurns(3);
  const meetOutage = (tenantId: string): void =>
    turns.begin({ tenantId, token: 1 }, async () => {
      throw new Failure("POSTGRES_UNAVAILABLE", "Postgres is away.");
    });
  for (const tenantId of ["bos", "vos", "linde"]) meetOutage(tenantId);
  await turns.ended();
  assert.equal(seen.held.length, 1);
  assert.match(seen.held[0] ?? "", /Postgres is away/);
  begin("bos", 2)();
  await turns.ended();
  meetOutage("vos");
  await turns.ended();
  assert.equal(seen.held.length, 2);
  assert.deepEqual(seen.failed, []);
});

test("a turn whose lease is gone is told, the others are not", async () => {
  const { turns, seen, begin } = watchedTurns(2);
  begin("bos", 1);
  begin("vos", 7);
  await turns.renew(async (leases) => stillHeld(leases, [{ tenantId: "vos", token: 7 }]));
  assert.deepEqual(seen.lost, ["bos 1"]);
});

test("O59: leased anew by the same process, the older turn is told and the newer one renewed until its own end", async () => {
  const { turns, seen, begin } = watchedTurns(2);
  const finishOlder = begin("bos", 1);
  begin("bos", 2);
  const asked: (readonly Lease[])[] = [];
  const renewed = async (leases: readonly Lease[]): Promise<readonly Lease[]> => {
    asked.push(leases);
    return stillHeld(leases, [{ tenantId: "bos", token: 2 }]);
  };
  await turns.renew(renewed);
  assert.deepEqual(seen.lost, ["bos 1"]);
  finishOlder();
  await until("its end", async () => seen.ended === 1);
  await turns.renew(renewed);
  assert.deepEqual(asked[1], [{ tenantId: "bos", token: 2 }]);
  assert.deepEqual(seen.lost, ["bos 1"]);
});

test("nothing is renewed while nothing runs", async () => {
  const { turns } = watchedTurns(1);
  await turns.renew(async () => assert.fail("there is nothing to renew"));
});

test("turns that are abandoned are told, and their leases given back", async () => {
  const { turns, seen, begin } = watchedTurns(2);
  begin("bos", 1);
  begin("vos", 7);
  assert.deepEqual(turns.abandon(), [
    { tenantId: "bos", token: 1 },
    { tenantId: "vos", token: 7 },
  ]);
  assert.deepEqual(seen.lost, ["bos 1", "vos 7"]);
});

test("O57: a turn without progress for 15 minutes is not alive, one that shows progress is, and all are again at its end", async () => {
  const { turns, seen, begin } = watchedTurns(2);
  let progress = (): void => {};
  turns.begin({ tenantId: "vos", token: 1 }, (_lost, tell) => {
    progress = tell;
    return new Promise(() => {});
  });
  const finish = begin("bos", 1);
  seen.nowMs = 15 * 60_000 - 1;
  progress();
  assert.ok(turns.isAlive());
  seen.nowMs += 1;
  assert.ok(!turns.isAlive());
  finish();
  await until("its end", async () => seen.ended === 1);
  assert.ok(turns.isAlive());
  seen.nowMs *= 2;
  assert.ok(!turns.isAlive());
});
