import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { pause } from "../../../services/shared/clock.ts";
import type { Loop } from "../../../services/shared/loop.ts";
import {
  createOperationLoop,
  type OperationKind,
  Rest,
} from "../../../services/shared/operations/operation-loop.ts";
import {
  actOnOperation,
  askOperation,
  findOperation,
  type Operation,
} from "../../../services/shared/operations/operation-store.ts";
import { createOperationTelemetry } from "../../../services/shared/operations/operation-telemetry.ts";
import { viewOperations } from "../../../services/shared/operations/operations-view.ts";
import { inTransaction } from "../../../services/shared/postgres.ts";
import { createTelemetry } from "../../../services/shared/telemetry.ts";
import { loopContext } from "../../support/loop-context.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

const LEASE_MS = 300;

/** A process that does operations of one kind; it ends with the test. */
async function processOf(t: TestContext, { pool }: World, kind: Partial<OperationKind>): Promise<Loop> {
  const whole: OperationKind = {
    kind: "test",
    plan: async () => ({ plan: {}, needsSecond: false }),
    run: async () => ({ isFine: true }),
    partDone: (progress) => (progress as { readonly part: number }).part,
    ...kind,
  };
  const loop = createOperationLoop(
    { ...loopContext, fail: (failure) => assert.fail(failure) },
    {
      ...{ pool, instance: "test", kinds: [whole], lookEveryMs: 25, leaseMs: LEASE_MS },
      telemetry: createOperationTelemetry(createTelemetry("test", "error"), ["test"]),
    },
  );
  await loop.start();
  t.after(() => loop.stop());
  return loop;
}

const ask = ({ pool }: World, name = "a test"): Promise<number> =>
  askOperation(pool, {
    ...{ kind: "test", name, reason: "to see", wish: {}, tenantIds: ["bos"] },
    ...{ beginsAtOnce: true, requestedBy: "vera" },
  });

const inState = (world: World, id: number, state: Operation["state"]): Promise<Operation> =>
  until(`it is ${state}`, async () => {
    const operation = await findOperation(world.pool, id);
    return operation?.state === state ? operation : null;
  });

test("O71: operations of any kind, whoever works at them", async (t) => {
  const world = await createWorld(t);
  const { pool } = world;
  await pool.query("create table steps (at integer)");

  await t.test("a chunk that a person halts is rolled back as a whole", async () => {
    let isHalted = false;
    const loop = await processOf(t, world, {
      run: async (operation, turn) => {
        await actOnOperation(pool, operation.operationId, "pause", "anja");
        isHalted = true;
        await inTransaction(pool, async (tx) => {
          await tx.query("insert into steps values (1)");
          await turn.keep(tx, { at: 1 }, {});
        });
        return {};
      },
    });
    const id = await ask(world);
    const { checkpoint, acts } = await inState(world, id, "paused");
    await until("it was given back", async () => (await findOperation(pool, id))?.workedAtBy === null);
    assert.ok(isHalted);
    assert.equal(checkpoint, null);
    assert.deepEqual(
      acts.map(({ act, by }) => [act, by]),
      [["pause", "anja"]],
    );
    assert.equal((await pool.query("select from steps")).rowCount, 0);
    await loop.stop();
    await actOnOperation(pool, id, "cancel", "anja");
  });

  await t.test("an error that is no outage fails the operation, and not the process", async () => {
    const loop = await processOf(t, world, {
      plan: async ({ name }) => {
        if (name === "a test") throw new Error("nonsense");
        return { plan: {}, needsSecond: false };
      },
    });
    const failed = await inState(world, await ask(world), "failed");
    assert.deepEqual(failed.failure, { code: "OPERATION_FAILED", message: "nonsense" });
    assert.ok(loop.isAlive());
    await loop.stop();
  });

  await t.test("whoever stops gives it back, and the next one goes on from the checkpoint", async () => {
    const stops = await processOf(t, world, {
      run: async (_, turn) => {
        await turn.keep(pool, { at: 7 }, {});
        await pause(60_000, turn.halted);
        return null;
      },
    });
    const id = await ask(world);
    await until("a checkpoint", async () => (await findOperation(pool, id))?.checkpoint);
    await stops.stop();
    assert.equal((await findOperation(pool, id))?.workedAtBy, null);
    const next = await processOf(t, world, { run: async ({ checkpoint }) => ({ from: checkpoint }) });
    assert.deepEqual((await inState(world, id, "done")).result, { from: { at: 7 } });
    await next.stop();
  });

  await t.test("an operation at which one process after the other dies is given up", async () => {
    const id = await ask(world);
    // As processes leave it that die while they plan.
    await pool.query(
      "update integration.operations set deaths = 4, leased_by = 'dead', lease_until = now() - interval '1 second' where operation_id = $1",
      [id],
    );
    const loop = await processOf(t, world, {});
    assert.equal((await inState(world, id, "failed")).failure?.code, "OPERATION_GIVEN_UP");
    await loop.stop();
  });

  await t.test("one that rests lets others come, and a rest is no death of a process", async () => {
    let looks = 0;
    const loop = await processOf(t, world, {
      run: async ({ name }) => {
        if (name === "the other") return {};
        looks += 1;
        return looks > 6 ? { looks } : new Rest(50);
      },
    });
    const rests = await ask(world);
    const other = await ask(world, "the other");
    await inState(world, other, "done");
    assert.equal((await findOperation(pool, rests))?.workedAtBy, null);
    assert.deepEqual((await inState(world, rests, "done")).result, { looks: 7 });
    await loop.stop();
  });
});

test("how far operations are is told by kind and state, by the one that is least far", async (t) => {
  const { pool } = await createWorld(t);
  const kinds = [{ kind: "test", partDone: (progress: unknown) => (progress as { part: number }).part }];
  assert.deepEqual(await viewOperations(pool, kinds), [
    { kind: "test", state: "planned", count: 0, leastDone: 0 },
    { kind: "test", state: "running", count: 0, leastDone: 0 },
    { kind: "test", state: "paused", count: 0, leastDone: 0 },
  ]);
  await pool.query(
    `insert into integration.operations (kind, name, reason, wish, requested_by, state, progress)
     select 'test', 'a test', 'to see', '{}', 'vera', state, progress::jsonb
     from (values ('running', '{"part": 0.75}'), ('running', '{"part": 0.25}'), ('paused', null),
       ('done', '{"part": 1}')) each (state, progress)`,
  );
  const seen = await viewOperations(pool, kinds);
  assert.deepEqual(
    seen.map(({ count, leastDone }) => [count, leastDone]),
    [
      [0, 0],
      [2, 0.25],
      [1, 0],
    ],
  );
});
