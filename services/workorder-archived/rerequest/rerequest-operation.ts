import { TOPICS } from "../../../schemas/topics.ts";
import { crashPoint } from "../../shared/crash-points.ts";
import { Failure } from "../../shared/domain/failure.ts";
import type { KafkaClient } from "../../shared/kafka/client.ts";
import type { Publisher } from "../../shared/kafka/producer.ts";
import { chooseRange, requireSameTopic } from "../../shared/kafka/stretches/chosen-range.ts";
import {
  passedBefore,
  recordsIn,
  type StretchPlace,
} from "../../shared/kafka/stretches/domain/stretch-plan.ts";
import { beginOf } from "../../shared/kafka/stretches/stretch-chunks.ts";
import { withStretchReader } from "../../shared/kafka/stretches/stretch-reader.ts";
import type {
  RerequestFindings,
  RerequestPlan,
  RerequestProgress,
  RerequestResult,
} from "../../shared/operations/domain/rerequest-report.ts";
import {
  REREQUEST,
  type RerequestWish,
  rerequestWishSchema,
} from "../../shared/operations/domain/rerequest-wish.ts";
import type { LeasedOperation } from "../../shared/operations/operation-lease.ts";
import {
  type OperationKind,
  type OperationTurn,
  type PlannedOperation,
  Rest,
} from "../../shared/operations/operation-loop.ts";
import { SERVICE } from "../domain/service-name.ts";
import { NOTHING_FOUND } from "./domain/findings.ts";
import { passOver, type RerequestPass } from "./rerequest-pass.ts";

export type RerequestTools = Pick<RerequestPass, "pool" | "decoder" | "requests"> & {
  readonly kafka: KafkaClient;
  readonly publisher: Publisher;
  readonly limits: {
    /** Records of the topic that are read in a second at most. */
    readonly recordsPerSecond: number;
    /** Orders above which a second person has to confirm it. */
    readonly secondPersonOrders: number;
  };
};

/** Those of live work, which decides what comes behind them. */
const LIVE = { table: "workorder_archived.positions", group: SERVICE } as const;
/** In one transaction at most. */
const CHUNK_RECORDS = 200;

/** Asking for orders of archived workorders again as a kind of operation (decision 0081): plan with a preview, run, verdict. */
export const rerequestOperation = (tools: RerequestTools): OperationKind => ({
  kind: REREQUEST,
  plan: (operation, turn) => planRerequest(tools, operation, turn),
  run: (operation, turn) => doRerequest(tools, operation, turn),
  partDone: (progress) => partRead(progress as RerequestProgress),
});

const partRead = ({ passed, ofRecords }: RerequestProgress): number =>
  ofRecords === 0 ? 1 : Math.min(1, passed / ofRecords);

async function planRerequest(
  tools: RerequestTools,
  operation: LeasedOperation,
  turn: OperationTurn,
): Promise<PlannedOperation | null> {
  const wish = wishOf(operation);
  const range = await chooseRange(
    { ...tools, positions: LIVE },
    { ...wish, topic: TOPICS.workorderArchived },
  );
  const found = await findingsOf(tools, turn, { ...range, wish });
  if (found === null) return null;
  const plan: RerequestPlan = { ...range, records: recordsIn(range.stretches), found };
  return { plan, needsSecond: found.requested > tools.limits.secondPersonOrders };
}

/** What would be requested now, and nothing is. */
const findingsOf = (
  tools: RerequestTools,
  turn: OperationTurn,
  range: Pick<RerequestPlan, "topic" | "stretches"> & { readonly wish: RerequestWish },
): Promise<RerequestFindings | null> =>
  withStretchReader(tools.kafka, range.topic, (read) =>
    passOver(
      { ...passOf(tools, turn), source: { ...sourceOf(range), read } },
      beginOf(range.stretches, 0),
      NOTHING_FOUND,
    ),
  );

async function doRerequest(
  tools: RerequestTools,
  operation: LeasedOperation,
  turn: OperationTurn,
): Promise<RerequestResult | Rest | null> {
  const plan = operation.plan as RerequestPlan;
  await requireSameTopic({ ...tools, positions: LIVE }, plan);
  const range = { ...plan, wish: wishOf(operation) };
  const before = operation.progress as RerequestProgress | null;
  if (before?.phase === "verdict") return await judge(tools, turn, { ...range, before });
  const ofRecords = recordsIn(plan.stretches);
  const found = await withStretchReader(tools.kafka, plan.topic, (read) =>
    passOver(
      {
        ...passOf(tools, turn),
        source: { ...sourceOf(range), read },
        atChunk: async (tx, chunk) => {
          // Before the checkpoint: a crash requests some again, which the ledger knows by then.
          if (chunk.requests.length > 0) await tools.publisher.publish(chunk.requests);
          crashPoint("before-rerequest-commit");
          const passed = passedBefore(plan.stretches, chunk.next);
          const progress: RerequestProgress = {
            ...{ phase: "reading", passed, ofRecords, found: chunk.found, looks: 0 },
          };
          await turn.keep(tx, chunk.next, progress);
        },
        afterChunk: () => crashPoint("after-rerequest-commit"),
      },
      (operation.checkpoint as StretchPlace | null) ?? beginOf(plan.stretches, 0),
      before?.found ?? NOTHING_FOUND,
    ),
  );
  if (found === null) return null;
  const progress = { phase: "verdict", passed: ofRecords, ofRecords, found, looks: 0 } as const;
  await turn.keep(tools.pool, beginOf(plan.stretches, plan.stretches.length), progress);
  return new Rest(FIRST_LOOK_MS);
}

const FIRST_LOOK_MS = 500;
const MOST_LOOKS = 20;

/** Whether the ledger has by now what was requested: looked at again and again for some minutes. */
async function judge(
  tools: RerequestTools,
  turn: OperationTurn,
  given: RerequestPlan & { readonly wish: RerequestWish; readonly before: RerequestProgress },
): Promise<RerequestResult | Rest | null> {
  const { before } = given;
  const now = await findingsOf(tools, turn, given);
  if (now === null) return null;
  const progress = { ...before, looks: before.looks + 1 };
  if (now.requested > 0 && progress.looks < MOST_LOOKS) {
    await turn.keep(tools.pool, { ...beginOf(given.stretches, given.stretches.length) }, progress);
    return new Rest(FIRST_LOOK_MS * progress.looks * 2);
  }
  return { ...progress, missing: now.requested };
}

function passOf(
  { pool, decoder, requests, limits }: RerequestTools,
  turn: OperationTurn,
): Omit<RerequestPass, "source"> {
  return { pool, decoder, requests, turn, recordsPerSecond: limits.recordsPerSecond };
}

const sourceOf = ({
  stretches,
  wish,
}: Pick<RerequestPlan, "stretches"> & { readonly wish: RerequestWish }) => ({
  ...{ stretches, tenantIds: wish.tenantIds, chunkRecords: CHUNK_RECORDS },
});

function wishOf({ operationId, wish }: LeasedOperation): RerequestWish {
  const parsed = rerequestWishSchema.safeParse(wish);
  if (parsed.success) return parsed.data;
  throw new Failure(
    "REREQUEST_WISH_UNREADABLE",
    `What operation ${operationId} asks for makes no sense: ${parsed.error.message}; ask for a new one.`,
  );
}
