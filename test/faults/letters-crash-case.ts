import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { TOPICS } from "../../schemas/topics.ts";
import type { PUT_BACK_CRASH_POINTS } from "../../services/shared/crash-points.ts";
import { PUT_BACK_HEADER } from "../../services/shared/domain/put-back.ts";
import { askForLetters, lettersDone, setCustomersAside, untilLetters } from "../support/letters.ts";
import { readAll } from "../support/read-all.ts";
import { createWorld } from "../support/world.ts";

const CHUNK = 20;
const FAST = { LOG_SINK_OPERATIONS_LOOK_MS: "100", LOG_SINK_OPERATIONS_LEASE_MS: "1000" };

/**
 * O42: log-sink is killed when it passes a point for the n-th time, n being the seed, and is started again: each letter stands on its
 * topic once, and each was processed.
 */
export async function surviveLetterCrash(
  t: TestContext,
  point: (typeof PUT_BACK_CRASH_POINTS)[number],
  seed: number,
): Promise<void> {
  const letters = CHUNK * (seed + 1);
  const world = await createWorld(t);
  await world.start("simon-projector");
  const dying = await world.start("log-sink", { ...FAST, CRASH_AT: `${point}:${seed}` });
  await setCustomersAside(world, letters);
  await untilLetters(world, letters, "waiting");
  const id = await askForLetters(world, { recordsPerSecond: CHUNK });
  assert.equal(await dying.ended, "SIGKILL");
  await world.start("log-sink", FAST);
  const { result } = await lettersDone(world, id);
  assert.equal(result.done, letters);
  assert.equal(result.found, point === "letters-sent" ? CHUNK : 0);
  await untilLetters(world, letters, "processed");
  const sent = (await readAll(world.kafka, TOPICS.customerChanged.name)).flatMap(
    ({ headers }) => headers[PUT_BACK_HEADER] ?? [],
  );
  assert.deepEqual([sent.length, new Set(sent).size], [letters, letters]);
  const { rowCount } = await world.pool.query("select from simon.customers");
  assert.equal(rowCount, letters);
}
