import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { inTransaction } from "../../../services/shared/postgres.ts";
import { ops } from "../../support/ops.ts";
import { projector } from "../../support/projector-world.ts";
import { customerChanged } from "../../support/records.ts";
import { askReplay, planned, replayed, replayOf } from "../../support/replays.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

const ROWS = 60;
/** Chunks of ten, so that there are some; whoever dies is followed at once. */
const SMALL = { SIMON_PROJECTOR_BATCH_RECORDS: "10", SIMON_PROJECTOR_OPERATIONS_LEASE_MS: "1000" };

/** A world whose customers were read, and lost since. */
async function lostCustomers(t: TestContext): Promise<World> {
  const world = await createWorld(t, { partitions: 1 });
  const service = await world.start("simon-projector");
  for (let number = 1; number <= ROWS; number += 1)
    await world.send("customerChanged", `bos/K${number}`, customerChanged("bos", `K${number}`, {}));
  await until("the rows", async () => (await countOf(world)) === ROWS);
  await service.stop();
  await world.pool.query("delete from simon.customers");
  return world;
}

async function countOf({ pool }: World): Promise<number> {
  const { rows } = await pool.query<{ count: number }>("select count(*) as count from simon.customers");
  return rows[0]?.count ?? 0;
}

test("O71: killed at any crash point, a replay is finished by the next process, each chunk once", async (t) => {
  const world = await lostCustomers(t);
  // Chunks that are kept when the process dies at its third pass, or its first one.
  const deaths = { "before-replay-commit:3": 2, "after-replay-commit:3": 3, "before-verdict:1": 6 };
  for (const [crash, chunks] of Object.entries(deaths)) {
    await world.pool.query("delete from simon.customers");
    const dying = await world.start("simon-projector", { ...SMALL, CRASH_AT: crash });
    const id = await askReplay(world, { tenantIds: ["bos"] }, true);
    await dying.ended;
    const { checkpoint } = await replayOf(world, id);
    const at = chunks === 6 ? { stretch: 1, offset: 0 } : { stretch: 0, offset: chunks * 10 };
    assert.deepEqual(checkpoint, at);
    assert.equal(await countOf(world), chunks * 10);
    const next = await world.start("simon-projector", SMALL);
    const { rowsWritten, records, verdict } = await replayed(world, id);
    assert.deepEqual([rowsWritten, records, verdict.isEqual], [ROWS, ROWS, true]);
    assert.equal(await countOf(world), ROWS);
    await next.stop();
  }
});

test("O71: a replay is paused, resumed and cancelled by command, and a stopped process leaves it to the next", async (t) => {
  const world = await lostCustomers(t);
  const first = await world.start("simon-projector", SMALL);
  const asked = [
    "--entity",
    "customers",
    "--tenant",
    "bos",
    "--reason",
    "INC-1",
    "--rate",
    "10",
    "--no-preview",
  ];
  const begun = await ops(world, "replay", ...asked, "--begin", "--json");
  assert.equal(begun.exitCode, 0, begun.err);
  const { operationId } = JSON.parse(begun.out);
  const id = String(operationId);
  await until("the first chunks", async () => (await countOf(world)) >= 10);

  assert.equal((await ops(world, "operations", "pause", id)).exitCode, 0);
  const paused = await until("nobody at work", async () => {
    const replay = await replayOf(world, operationId);
    return replay.workedAtBy === null ? replay : null;
  });
  assert.equal(paused.state, "paused");
  const atPause = await countOf(world);
  assert.deepEqual(paused.checkpoint, { stretch: 0, offset: atPause });
  await first.stop();

  const second = await world.start("simon-projector", SMALL);
  assert.equal((await ops(world, "operations", "resume", id)).exitCode, 0);
  await until("more rows", async () => (await countOf(world)) > atPause);
  await second.stop();
  const stopped = await replayOf(world, operationId);
  assert.deepEqual([stopped.state, stopped.workedAtBy], ["running", null], "the lease was given back");
  assert.deepEqual(stopped.checkpoint, { stretch: 0, offset: await countOf(world) });

  assert.equal((await ops(world, "operations", "cancel", id)).exitCode, 0);
  const cancelled = await ops(world, "operations", "resume", id);
  assert.deepEqual([cancelled.exitCode, /is cancelled/.test(cancelled.err)], [1, true]);

  await world.start("simon-projector", SMALL);
  const again = await replayed(world, await askReplay(world, { tenantIds: ["bos"] }, true));
  assert.deepEqual([again.verdict.isEqual, await countOf(world)], [true, ROWS]);
});

test("O71, O72: a replay of all tenants waits for another person, by one command from the wish to the plan", async (t) => {
  const world = await lostCustomers(t);
  await world.start("simon-projector");
  const asked = await ops(
    world,
    ...["replay", "--entity", "customers", "--all-tenants", "--reason", "lost rows", "--by", "vera"],
  );
  assert.equal(asked.exitCode, 0, asked.err);
  assert.match(asked.out, /waits for another person[\s\S]*60 rows new[\s\S]*bos\/K1 name: - → Klant K1/);
  const id = /operation (\d+)/.exec(asked.out)?.[1] ?? "";
  const own = await ops(world, "operations", "confirm", id, "--by", "vera");
  assert.deepEqual([own.exitCode, /another person has to/.test(own.err)], [1, true]);
  assert.equal((await ops(world, "operations", "confirm", id, "--by", "anja")).exitCode, 0);
  const followed = await ops(world, "operations", "follow", id);
  assert.deepEqual(
    [followed.exitCode, /verdict +equal: 60 rows/.test(followed.out)],
    [0, true],
    followed.out,
  );
  assert.match((await ops(world, "operations", "list")).out, /done +replay/);
  assert.equal(await countOf(world), ROWS);
  assert.equal((await ops(world, "operations", "show", "999")).exitCode, 1);
  assert.equal((await ops(world, "operations", "pause", "none")).exitCode, 2);
});

test("O72: the end is frozen where live work is, and a time behind the last record replays nothing", async (t) => {
  const world = await lostCustomers(t);
  await world.start("simon-projector");
  const id = await askReplay(world, { tenantIds: ["bos"], to: { partition: 0, offset: 25 } });
  assert.deepEqual(
    (await planned(world, id)).stretches.map(({ from, to }) => [from, to]),
    [[0, 25]],
  );
  const none = await planned(world, await askReplay(world, { from: { atMs: Date.now() + 60_000 } }));
  assert.deepEqual([none.records, none.stretches, none.preview?.rows.inserted], [0, [], 0]);
  const open = await askReplay(world, { tenantIds: ["bos"] });
  assert.equal((await planned(world, open)).records, ROWS);
  await world.send("customerChanged", "bos/K99", customerChanged("bos", "K99", {}));
  await until("the live row", async () => (await countOf(world)) === 1);
  await ops(world, "operations", "confirm", String(open));
  assert.equal((await replayed(world, open)).records, ROWS);
  const other = await planned(world, await askReplay(world, { tenantIds: ["vos"] }));
  assert.deepEqual([other.preview?.matched, other.preview?.tenants], [0, 0]);
});

test("O73: the role of a replay is denied the ledger, live positions and whatever else it does not bring back", async (t) => {
  const world = await createWorld(t);
  const { pool } = await projector(t, world);
  for (const statement of [
    "select from order_writer.orders",
    "insert into order_writer.orders (tenant_id) values ('bos')",
    "update simon.positions set next_offset = 0",
    "select from simon.positions",
    "select from simon.workorders",
    "select from integration.connections",
    "insert into integration.operations (kind) values ('replay')",
  ])
    await assert.rejects(
      inTransaction(pool, async (tx) => {
        await tx.query("set local role simon_replay");
        await tx.query(statement);
      }),
      /permission denied/,
      statement,
    );
});
