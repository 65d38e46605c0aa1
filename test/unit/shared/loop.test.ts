import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../../services/shared/domain/failure.ts";
import { type Beat, createLoop } from "../../../services/shared/loop.ts";
import { until } from "../../support/until.ts";

/** A loop with a clock of the test's own, and what it told. */
function watchedLoop(
  beat: (beat: Beat) => Promise<boolean>,
  options: { readonly everyMs?: number; readonly isBeatenOnStop?: boolean } = {},
) {
  const seen = { done: 0, outages: [] as string[], failures: [] as Failure[], nowMs: 0 };
  const loop = createLoop(
    {
      loops: {
        loopStarted: () => {},
        beatDone: () => {
          seen.done += 1;
        },
        beatFailed: (_, error) => seen.outages.push(error),
        turnsHeld: () => {},
      },
      fail: (failure) => seen.failures.push(failure),
      now: () => seen.nowMs,
    },
    { name: "test", everyMs: 3_600_000, lost: "Nothing is tested any more", beat, ...options },
  );
  return { loop, seen };
}

const outage = (): Failure => new Failure("KAFKA_UNAVAILABLE", "Kafka is away.");

test("W2: a loop that was woken during a beat beats once more right after it, and then rests", async () => {
  let beats = 0;
  const { loop, seen } = watchedLoop(async () => {
    beats += 1;
    if (beats === 1) loop.wake();
    return false;
  });
  await loop.start();
  await until("the second beat", async () => seen.done === 2);
  await loop.stop();
  assert.equal(beats, 2);
});

test("a beat that says there is more is followed at once", async () => {
  let left = 5;
  const { loop, seen } = watchedLoop(async () => {
    left -= 1;
    return left > 0;
  });
  await loop.start();
  await until("all beats", async () => seen.done === 5);
  await loop.stop();
  assert.equal(left, 0);
});

test("an outage is told and costs time only", async () => {
  let beats = 0;
  const { loop, seen } = watchedLoop(async () => {
    beats += 1;
    if (beats < 3) throw outage();
    return false;
  });
  await loop.start();
  await until("a beat without outage", async () => seen.done === 1);
  await loop.stop();
  assert.equal(seen.outages.length, 2);
  assert.deepEqual(seen.failures, []);
});

test("a wake-up does not shorten the back-off after an outage", async () => {
  let beats = 0;
  const { loop, seen } = watchedLoop(async () => {
    beats += 1;
    throw outage();
  });
  await loop.start();
  await until("the first outage", async () => seen.outages.length === 1);
  for (let i = 0; i < 100; i += 1) {
    loop.wake();
    await new Promise(setImmediate);
  }
  assert.equal(beats, 1);
  await loop.stop();
});

test("an error that is not an outage ends the process, with its cause and what no longer happens", async () => {
  const cause = new TypeError("a fault of ours");
  const { loop, seen } = watchedLoop(async () => {
    throw cause;
  });
  await loop.start();
  await until("the failure", async () => seen.failures.length === 1);
  const [failure] = seen.failures;
  assert.equal(failure?.code, "LOOP_ENDED");
  assert.match(failure?.message ?? "", /^Nothing is tested any more; the process must start again/);
  assert.equal(failure?.cause, cause);
  await loop.stop();
});

test("a beat that hangs is seen by the health check, one that shows progress and a pause are not", async () => {
  let finish = (): void => {};
  let told: Beat | undefined;
  const { loop, seen } = watchedLoop((beat) => {
    told = beat;
    return new Promise((resolve) => {
      finish = () => resolve(false);
    });
  });
  assert.ok(loop.isAlive());
  await loop.start();
  await until("a beat", async () => told !== undefined);
  seen.nowMs = 119_000;
  assert.ok(loop.isAlive());
  told?.progress();
  seen.nowMs = 238_000;
  assert.ok(loop.isAlive());
  seen.nowMs = 240_000;
  assert.ok(!loop.isAlive());
  finish();
  await until("its end", async () => seen.done === 1);
  seen.nowMs = 3_000_000;
  assert.ok(loop.isAlive(), "it rests until the next beat");
  await loop.stop();
});

test("stopping waits for the beat at hand, tells it to end, and beats once more where that is asked for", async () => {
  const seenBeats: string[] = [];
  const { loop } = watchedLoop(
    ({ stopping }) =>
      new Promise((resolve) => {
        seenBeats.push("begun");
        const end = (): void => {
          seenBeats.push("ended");
          resolve(false);
        };
        if (stopping.aborted) end();
        else stopping.addEventListener("abort", end, { once: true });
      }),
    { isBeatenOnStop: true },
  );
  await loop.start();
  await until("a beat", async () => seenBeats.length === 1);
  await loop.stop();
  assert.deepEqual(seenBeats, ["begun", "ended", "begun", "ended"]);
});
