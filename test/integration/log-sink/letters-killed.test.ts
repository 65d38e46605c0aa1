import assert from "node:assert/strict";
import { test } from "node:test";
import { TOPICS } from "../../../schemas/topics.ts";
import { PUT_BACK_CRASH_POINTS } from "../../../services/shared/crash-points.ts";
import { PUT_BACK_HEADER } from "../../../services/shared/domain/put-back.ts";
import { askForLetters, lettersDone, setCustomersAside } from "../../support/letters.ts";
import { ops } from "../../support/ops.ts";
import { readAll } from "../../support/read-all.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

/** Whoever dies is followed at once; nobody has to confirm. */
const FAST = {
  LOG_SINK_OPERATIONS_LOOK_MS: "100",
  LOG_SINK_OPERATIONS_LEASE_MS: "1000",
  LOG_SINK_SECOND_PERSON_LETTERS: "100000",
  LOG_SINK_PUT_BACK_RECORDS_PER_SECOND: "5000",
};

async function countOf({ pool }: World, what: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(`select count(*) as count from ${what}`);
  return rows[0]?.count ?? 0;
}
const inState = (world: World, state: string): Promise<number> =>
  countOf(world, `log.dead_letters where state = '${state}'`);

/** What says which letter each record is that was put back. */
const putBacks = async (world: World): Promise<readonly string[]> =>
  (await readAll(world.kafka, TOPICS.customerChanged.name)).flatMap(
    ({ headers }) => headers[PUT_BACK_HEADER] ?? [],
  );

test("O42: killed at any crash point, what was being put back is finished by the next process, each letter once", async (t) => {
  const world = await createWorld(t);
  await world.start("simon-projector");
  const first = await world.start("log-sink", FAST);
  await setCustomersAside(world, 60);
  await until("the letters", async () => (await inState(world, "waiting")) === 60);
  await first.stop();
  /** How many the next process finds on the topic, after a death at the second chunk of twenty. */
  const found = { "letters-marked": 0, "letters-sent": 20, "letters-noted": 0 };
  for (const [index, point] of PUT_BACK_CRASH_POINTS.entries()) {
    await world.pool.query("update log.dead_letters set state = 'waiting'");
    const dying = await world.start("log-sink", { ...FAST, CRASH_AT: `${point}:2` });
    const id = await askForLetters(world, { recordsPerSecond: 20 });
    await dying.ended;
    const next = await world.start("log-sink", FAST);
    const { result } = await lettersDone(world, id);
    assert.deepEqual([result.done, result.found], [60, found[point]], point);
    const sent = (await putBacks(world)).filter((said) => said.startsWith(`${index + 1} `));
    assert.deepEqual([sent.length, new Set(sent).size], [60, 60], point);
    await until("all of them", async () => (await inState(world, "processed")) === 60);
    await next.stop();
  }
  assert.equal(await countOf(world, "simon.customers"), 60);
});

test("O42: cancelled while it sends, and killed: what was marked waits again, and is not lost", async (t) => {
  const world = await createWorld(t);
  await world.start("simon-projector");
  const dying = await world.start("log-sink", { ...FAST, CRASH_AT: "letters-marked:2" });
  await setCustomersAside(world, 60);
  await until("the letters", async () => (await inState(world, "waiting")) === 60);
  const id = await askForLetters(world, { recordsPerSecond: 20 });
  await dying.ended;
  assert.equal((await ops(world, "operations", "cancel", String(id))).exitCode, 0);
  assert.equal(await inState(world, "sending"), 20);
  await world.start("log-sink", FAST);
  const { plan } = await lettersDone(world, await askForLetters(world));
  assert.equal(plan.letters, 40);
  await until("all of them", async () => (await inState(world, "processed")) === 60);
  assert.equal(await countOf(world, "simon.customers"), 60);
});

test("O42: 10,000 letters put back with a kill in the middle: each applied once, and those that fail for ever stop", async (t) => {
  const [all, poison] = [10_000, 100];
  const world = await createWorld(t);
  await world.start("simon-projector");
  const first = await world.start("log-sink", FAST);
  await setCustomersAside(world, all, poison);
  await until("the letters", async () => (await inState(world, "waiting")) === all);
  const id = await askForLetters(world, { cause: "SCHEMA_ID_UNKNOWN" });
  const isMiddle = async (): Promise<boolean> => (await putBackCount(world)) >= all / 2;
  await until("the middle", isMiddle);
  await first.kill9();
  await world.start("log-sink", FAST);
  const { result } = await lettersDone(world, id);
  assert.equal(result.done, all);
  await until("all of them", async () => (await inState(world, "processed")) === all - poison);
  const sent = await putBacks(world);
  assert.deepEqual([sent.length, new Set(sent).size], [all, all], "each stands on the topic once");
  assert.equal(await countOf(world, "simon.customers"), all - poison);
  assert.equal(await countOf(world, "log.occurrences where code = 'RECORD_PROCESSED'"), all - poison);
  assert.equal(
    await countOf(world, "log.messages where code = 'RECORD_SET_ASIDE' and closed_at is null"),
    poison,
  );

  for (const attempt of [2, 3]) {
    const again = async (): Promise<boolean> => (await inState(world, "waiting")) === poison;
    await until(`those that failed, ${attempt}`, again);
    const { plan } = await lettersDone(world, await askForLetters(world));
    assert.equal(plan.letters, poison);
  }
  await until("the quarantine", async () => (await inState(world, "quarantined")) === poison);
  const { plan } = await lettersDone(world, await askForLetters(world));
  assert.deepEqual([plan.letters, plan.left.quarantined], [0, poison]);
  assert.equal((await putBacks(world)).length, all + 2 * poison);
  assert.equal(await countOf(world, "log.dead_letters"), all);
});

const putBackCount = (world: World): Promise<number> =>
  countOf(world, "log.dead_letters where put_backs > 0");
