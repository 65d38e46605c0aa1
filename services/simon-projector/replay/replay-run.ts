import { crashPoint } from "../../shared/crash-points.ts";
import type { StretchPlace } from "../../shared/kafka/stretches/domain/stretch-plan.ts";
import {
  type ChunkSource,
  type StretchChunk,
  stretchChunks,
} from "../../shared/kafka/stretches/stretch-chunks.ts";
import type { ReadStretch } from "../../shared/kafka/stretches/stretch-reader.ts";
import type { ReplayProgress } from "../../shared/operations/domain/replay-report.ts";
import type { OperationTurn } from "../../shared/operations/operation-loop.ts";
import type { Pool } from "../../shared/postgres.ts";
import { progressAfter } from "./domain/replay-progress.ts";
import { asReplay, type Lane } from "./lane.ts";
import type { LivePressure } from "./live-pressure.ts";
import type { Pacer } from "./pacer.ts";
import type { ReplayTelemetry } from "./telemetry.ts";

export type ReplayRun = {
  readonly pool: Pool;
  readonly read: ReadStretch;
  readonly source: Omit<ChunkSource, "read">;
  readonly lane: Lane;
  readonly pacer: Pacer;
  readonly pressure: Pick<LivePressure, "commitTook">;
  readonly telemetry: ReplayTelemetry;
  readonly turn: OperationTurn;
};

/**
 * Reads the stretches from a checkpoint on and applies them, each chunk in one transaction with its checkpoint: whoever goes on after a
 * crash repeats and leaves out nothing.
 * @returns the progress at the end; null when it was halted, with all that was done kept
 */
export async function runReplay(
  run: ReplayRun,
  from: StretchPlace,
  before: ReplayProgress,
): Promise<ReplayProgress | null> {
  let progress = before;
  let beganAtMs = Date.now();
  for await (const chunk of stretchChunks({ ...run.source, read: run.read }, from)) {
    const waits = await run.pacer(chunk.read, {
      halted: run.turn.halted,
      onWait: async () => run.turn.progress(),
    });
    if (run.turn.halted.aborted) return null;
    progress = await applyChunk(run, chunk, progress, { ...waits, beganAtMs });
    beganAtMs = Date.now();
  }
  return progress;
}

async function applyChunk(
  { pool, lane, source, turn, pressure, telemetry }: ReplayRun,
  chunk: StretchChunk,
  before: ReplayProgress,
  waits: { readonly waitedSeconds: number; readonly yieldedSeconds: number; readonly beganAtMs: number },
): Promise<ReplayProgress> {
  const { beganAtMs, ...waited } = waits;
  let appliedAtMs = 0;
  const done = await asReplay(pool, async (tx) => {
    const applied = await lane.apply(tx, chunk.records);
    const step = {
      ...{ ...applied, ...waited, records: chunk.read, bytes: chunk.bytes, expired: chunk.expired },
      matched: chunk.records.length,
      seconds: (Date.now() - beganAtMs) / 1_000,
    };
    const progress = progressAfter(before, step, source.stretches, chunk.next);
    await turn.keep(tx, chunk.next, progress);
    crashPoint("before-replay-commit");
    appliedAtMs = Date.now();
    return { step, progress };
  });
  pressure.commitTook(Date.now() - appliedAtMs);
  crashPoint("after-replay-commit");
  telemetry.chunkReplayed(done.step);
  return done.progress;
}
