import { pause } from "../../shared/clock.ts";
import { crashPoint } from "../../shared/crash-points.ts";
import { Failure } from "../../shared/domain/failure.ts";
import type { KafkaClient } from "../../shared/kafka/client.ts";
import { chooseRange, type Range, requireSameTopic } from "../../shared/kafka/stretches/chosen-range.ts";
import {
  estimatedBytes,
  recordsIn,
  type StretchPlace,
} from "../../shared/kafka/stretches/domain/stretch-plan.ts";
import { beginOf, type StretchChunk, stretchChunks } from "../../shared/kafka/stretches/stretch-chunks.ts";
import { type ReadStretch, withStretchReader } from "../../shared/kafka/stretches/stretch-reader.ts";
import type {
  ReplayPlan,
  ReplayProgress,
  ReplayResult,
} from "../../shared/operations/domain/replay-report.ts";
import { REPLAY, type ReplayWish, replayWishSchema } from "../../shared/operations/domain/replay-wish.ts";
import type { LeasedOperation } from "../../shared/operations/operation-lease.ts";
import type {
  OperationKind,
  OperationTurn,
  PlannedOperation,
} from "../../shared/operations/operation-loop.ts";
import type { Connection, Pool } from "../../shared/postgres.ts";
import { SERVICE } from "../domain/service-name.ts";
import { SIMON_TABLES } from "../projection-tables.ts";
import type { LiveBars } from "./domain/pace.ts";
import { NOTHING_REPLAYED } from "./domain/replay-progress.ts";
import { asRehearsedReplay, createLane, type LaneOptions } from "./lane.ts";
import type { LivePressure } from "./live-pressure.ts";
import { OVERLAY_TABLES } from "./overlay.ts";
import { createPacer, type Pacer } from "./pacer.ts";
import { type Previewed, previewReplay } from "./preview.ts";
import { runReplay } from "./replay-run.ts";
import { REPLAYED_TABLES } from "./replayed-table.ts";
import { forgetSamples, keepSamples } from "./sample-store.ts";
import type { ReplayTelemetry } from "./telemetry.ts";
import { judgeReplay } from "./verdict.ts";

export type ReplayTools = LaneOptions & {
  readonly kafka: KafkaClient;
  readonly pool: Pool;
  readonly pressure: LivePressure;
  readonly telemetry: ReplayTelemetry;
  readonly limits: {
    /** Records a second at most, whatever a wish says. */
    readonly recordsPerSecond: number;
    readonly bars: LiveBars;
    /** Records of a replay above which a second person has to confirm it. */
    readonly secondPersonRecords: number;
    /** Records that a preview looks at, at most. */
    readonly previewRecords: number;
    readonly chunkRecords: number;
  };
};

/** Replays as a kind of operation: plan, preview, run and verdict. */
export const replayOperation = (tools: ReplayTools): OperationKind => ({
  kind: REPLAY,
  plan: (operation, turn) => planReplay(tools, operation, turn),
  run: (operation, turn) => doReplay(tools, operation, turn),
  partDone: (progress) => partRead(progress as ReplayProgress),
});

/** Nothing to read is all read. */
const partRead = ({ passed, ofRecords }: ReplayProgress): number =>
  ofRecords === 0 ? 1 : Math.min(1, passed / ofRecords);

async function planReplay(
  tools: ReplayTools,
  operation: LeasedOperation,
  turn: OperationTurn,
): Promise<PlannedOperation | null> {
  await forgetSamples(tools.pool);
  const wish = wishOf(operation);
  const { topic } = REPLAYED_TABLES[wish.entity];
  const range = await chooseRange({ ...tools, positions: LIVE }, { ...wish, topic });
  const records = recordsIn(range.stretches);
  const recordsPerSecond = rateOf(tools, wish);
  const previewed = await withStretchReader(tools.kafka, range.topic, (read) =>
    previewRange(tools, { wish, range, turn, read }),
  );
  if (previewed === null) return null;
  const { preview, samples } = previewed;
  await keepSamples(tools.pool, operation.operationId, wish.hasPreview ? samples : []);
  const plan: ReplayPlan = {
    ...range,
    records,
    bytes: estimatedBytes(records, preview),
    recordsPerSecond,
    seconds: Math.ceil(records / recordsPerSecond),
    preview: wish.hasPreview ? preview : null,
  };
  const needsSecond = wish.tenantIds === null || records > tools.limits.secondPersonRecords;
  return { plan, needsSecond };
}

/** Without a preview only so much is read that the size of a record is known. */
function previewRange(
  tools: ReplayTools,
  asked: {
    readonly wish: ReplayWish;
    readonly range: Range;
    readonly turn: OperationTurn;
    readonly read: ReadStretch;
  },
): Promise<Previewed | null> {
  const { wish, range, turn, read } = asked;
  const { stretches, topic } = range;
  return asRehearsedReplay(tools.pool, (tx) =>
    previewReplay(tx, {
      table: REPLAYED_TABLES[wish.entity],
      lane: createLane(tools, topic, OVERLAY_TABLES),
      tenantIds: wish.tenantIds,
      chunks: stretchChunks({ ...sourceOf(tools, wish, stretches), read }, beginOf(stretches, 0)),
      mostRecords: wish.hasPreview ? tools.limits.previewRecords : 1,
      before: paced(pacerOf(tools, wish), turn, tx),
    }),
  );
}

async function doReplay(
  tools: ReplayTools,
  operation: LeasedOperation,
  turn: OperationTurn,
): Promise<ReplayResult | null> {
  const wish = wishOf(operation);
  const plan = operation.plan as ReplayPlan;
  await requireSameTopic({ ...tools, positions: LIVE }, plan);
  const { stretches, topic } = plan;
  const source = sourceOf(tools, wish, stretches);
  return withStretchReader(tools.kafka, topic, async (read) => {
    const pacer = pacerOf(tools, wish);
    const progress = await runReplay(
      { ...tools, read, source, pacer, turn, lane: createLane(tools, topic, REPLAY_TABLES) },
      (operation.checkpoint as StretchPlace | null) ?? beginOf(stretches, 0),
      (operation.progress as ReplayProgress | null) ?? NOTHING_REPLAYED,
    );
    if (progress === null) return null;
    const judging = { ...progress, phase: "verdict" } as const;
    await turn.keep(tools.pool, { stretch: stretches.length, offset: 0 }, judging);
    crashPoint("before-verdict");
    const verdict = await asRehearsedReplay(tools.pool, (tx) =>
      judgeReplay(tx, {
        table: REPLAYED_TABLES[wish.entity],
        lane: createLane(tools, topic, OVERLAY_TABLES),
        tenantIds: wish.tenantIds,
        chunks: stretchChunks({ ...source, read }, beginOf(stretches, 0)),
        before: paced(pacer, turn, tx),
      }),
    );
    return verdict === null ? null : { ...judging, verdict };
  });
}

const LIVE = { table: "simon.positions", group: SERVICE } as const;

const REPLAY_TABLES = { ...SIMON_TABLES, staging: "_replay" };

function wishOf({ operationId, wish }: LeasedOperation): ReplayWish {
  const parsed = replayWishSchema.safeParse(wish);
  if (parsed.success) return parsed.data;
  throw new Failure(
    "REPLAY_WISH_UNREADABLE",
    `What operation ${operationId} asks for makes no sense: ${parsed.error.message}; ask for a new one.`,
  );
}

const rateOf = ({ limits }: ReplayTools, { recordsPerSecond }: ReplayWish): number =>
  Math.min(limits.recordsPerSecond, recordsPerSecond ?? limits.recordsPerSecond);

const sourceOf = ({ limits }: ReplayTools, wish: ReplayWish, stretches: ReplayPlan["stretches"]) => ({
  stretches,
  tenantIds: wish.tenantIds,
  chunkRecords: limits.chunkRecords,
});

const pacerOf = (tools: ReplayTools, wish: ReplayWish): Pacer =>
  createPacer({ ...tools, wait: pause, ceiling: rateOf(tools, wish), bars: tools.limits.bars });

/** Waits before each chunk, and says whether to go on. The transaction says something meanwhile: a silent one is ended. */
const paced =
  (pacer: Pacer, turn: OperationTurn, tx: Connection) =>
  async ({ read }: StretchChunk): Promise<boolean> => {
    turn.progress();
    const onWait = async (): Promise<void> => {
      turn.progress();
      await tx.query("select 1");
    };
    await pacer(read, { halted: turn.halted, onWait });
    return !turn.halted.aborted;
  };
