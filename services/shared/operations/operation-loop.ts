import { describeError, Failure } from "../domain/failure.ts";
import { outageOf } from "../kafka/hold.ts";
import { type Beat, createLoop, type Loop, type LoopContext } from "../loop.ts";
import type { Pool, Queryable } from "../postgres.ts";
import { mayEnd, stateWithPlan } from "./domain/operation-state.ts";
import {
  endOperation,
  keepCheckpoint,
  keepPlan,
  type LeasedOperation,
  leaseOperation,
  letGoOfOperation,
  renewOperation,
  restOperation,
} from "./operation-lease.ts";
import type { OperationTelemetry } from "./operation-telemetry.ts";
import type { ViewedKind } from "./operations-view.ts";

/** How one kind of operation is done. Both may end early, with null, when `halted` fires: the rest is done by whoever comes next. */
export type OperationKind = ViewedKind & {
  plan(operation: LeasedOperation, turn: OperationTurn): Promise<PlannedOperation | null>;
  /** Goes on from the checkpoint. @returns the result; a rest, where others do the work and it only looks how far they are */
  run(operation: LeasedOperation, turn: OperationTurn): Promise<object | Rest | null>;
};

/** Nothing to do for so many milliseconds: other operations are done meanwhile. */
export class Rest {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }
}

export type PlannedOperation = { readonly plan: object; readonly needsSecond: boolean };

export type OperationTurn = {
  /** Fires when the process stops, the lease is lost, or a person paused or cancelled: finish what is at hand. */
  readonly halted: AbortSignal;
  /** Says that it makes progress. */
  readonly progress: () => void;
  /** Keeps how far it is, in the transaction of what it did. @throws OperationHalted when that may not be: roll back */
  readonly keep: (tx: Queryable, checkpoint: object, progress: object) => Promise<void>;
};

/** A person paused or cancelled the operation, or another process has it: what the transaction did is rolled back. */
class OperationHalted extends Error {
  override readonly name = "OperationHalted";
}

export type OperationLoopOptions = {
  readonly pool: Pool;
  readonly instance: string;
  readonly kinds: readonly OperationKind[];
  readonly telemetry: OperationTelemetry;
  readonly lookEveryMs: number;
  /** After so long without a sign of whoever works at an operation, another process goes on with it. */
  readonly leaseMs: number;
};

/**
 * Plans and runs the operations of some kinds, one at a time in each process (decision 0071); one that rests lets others come. What is no
 * outage and no halt fails the operation, and not the process.
 */
export function createOperationLoop(context: LoopContext<"operations">, options: OperationLoopOptions): Loop {
  return createLoop(context, {
    name: "operations",
    everyMs: options.lookEveryMs,
    lost: "No operation is planned or run any more",
    beat: (beat) => doNextOperation(options, beat),
  });
}

/** @returns whether there was one */
async function doNextOperation(options: OperationLoopOptions, beat: Beat): Promise<boolean> {
  const { pool, kinds, leaseMs, instance } = options;
  const names = kinds.map(({ kind }) => kind);
  const operation = await leaseOperation(pool, names, { leaseMs, by: instance });
  const kind = kinds.find((one) => one.kind === operation?.kind);
  if (operation === null || kind === undefined) return false;
  if (operation.deaths >= MOST_DEATHS) {
    await failOperation(options, operation, givenUp(operation));
    return true;
  }
  const lost = new AbortController();
  const renewing = setInterval(() => void renew(options, operation, lost), leaseMs / 3);
  const turn: OperationTurn = {
    halted: AbortSignal.any([beat.stopping, lost.signal]),
    progress: beat.progress,
    keep: async (tx, checkpoint, progress) => {
      beat.progress();
      if (!(await keepCheckpoint(tx, operation, { checkpoint, progress, leaseMs })))
        throw new OperationHalted();
    },
  };
  try {
    await doOperation(options, kind, operation, turn);
  } catch (error) {
    if (error instanceof OperationHalted) options.telemetry.operationHalted(operation);
    else if (outageOf(error) !== null) throw error;
    else await failOperation(options, operation, error);
  } finally {
    clearInterval(renewing);
    await letGoOfOperation(pool, operation);
  }
  return !beat.stopping.aborted;
}

/** An operation that ends every process that works at it would end all of them, one after the other. */
const MOST_DEATHS = 5;

const givenUp = ({ deaths }: LeasedOperation): Failure =>
  new Failure(
    "OPERATION_GIVEN_UP",
    `${deaths} processes in a row ended while they worked at it; look at why before it is asked for again.`,
  );

async function renew(
  { pool, leaseMs }: OperationLoopOptions,
  operation: LeasedOperation,
  lost: AbortController,
): Promise<void> {
  try {
    if (!(await renewOperation(pool, operation, leaseMs))) lost.abort();
  } catch (error) {
    // The next chunk meets the same outage, and says so.
    if (outageOf(error) === null) lost.abort();
  }
}

async function doOperation(
  { pool, telemetry }: OperationLoopOptions,
  kind: OperationKind,
  operation: LeasedOperation,
  turn: OperationTurn,
): Promise<void> {
  if (operation.state === "planned") {
    const planned = await kind.plan(operation, turn);
    if (planned === null) throw new OperationHalted();
    const state = stateWithPlan({ ...planned, beginsAtOnce: operation.beginsAtOnce });
    if (!(await keepPlan(pool, operation, { ...planned, state }))) throw new OperationHalted();
    telemetry.operationPlanned(operation);
    return;
  }
  const result = await kind.run(operation, turn);
  if (result === null) throw new OperationHalted();
  if (result instanceof Rest) return await restOperation(pool, operation, result.ms);
  if (!(await endOperation(pool, operation, { state: "done", result, failure: null })))
    throw new OperationHalted();
  telemetry.operationEnded(operation, "done");
}

async function failOperation(
  { pool, telemetry }: OperationLoopOptions,
  operation: LeasedOperation,
  error: unknown,
): Promise<void> {
  if (!mayEnd(operation.state, "failed")) throw error;
  const code = error instanceof Failure ? error.code : "OPERATION_FAILED";
  const message = error instanceof Failure ? error.message : describeError(error);
  telemetry.operationFailed(operation, code, describeError(error));
  await endOperation(pool, operation, { state: "failed", result: null, failure: { code, message } });
}
