import type { OrderRequested } from "../../../schemas/records.ts";
import type { RecordEncoder } from "../../shared/avro.ts";
import { pause } from "../../shared/clock.ts";
import { recordKey } from "../../shared/domain/record-key.ts";
import { applyAroundCulprits } from "../../shared/kafka/process-chunk.ts";
import type { OutgoingRecord } from "../../shared/kafka/producer.ts";
import type { StretchPlace } from "../../shared/kafka/stretches/domain/stretch-plan.ts";
import {
  type ChunkSource,
  type StretchChunk,
  stretchChunks,
} from "../../shared/kafka/stretches/stretch-chunks.ts";
import type { RerequestFindings } from "../../shared/operations/domain/rerequest-report.ts";
import type { OperationTurn } from "../../shared/operations/operation-loop.ts";
import { type Connection, inTransaction, type Pool } from "../../shared/postgres.ts";
import { type HandlerParts, workorderRoute } from "../handler.ts";
import { withChunk } from "./domain/findings.ts";
import { type JudgedChunk, judgeChunk } from "./judged-chunk.ts";

export type RerequestPass = {
  readonly pool: Pool;
  readonly decoder: HandlerParts["decoder"];
  readonly requests: RecordEncoder<OrderRequested>;
  readonly source: ChunkSource;
  readonly turn: OperationTurn;
  readonly recordsPerSecond: number;
  /** Called in the transaction of each chunk, with the findings up to its end. */
  readonly atChunk?: (
    tx: Connection,
    chunk: {
      readonly requests: readonly OutgoingRecord[];
      readonly next: StretchPlace;
      readonly found: RerequestFindings;
    },
  ) => Promise<void>;
  /** Called when it is committed. */
  readonly afterChunk?: () => void;
};

/**
 * Goes over the archived workorders of a range, chunk by chunk, and judges them by the code of live work.
 * @returns the findings at the end; null when it was halted
 */
export async function passOver(
  pass: RerequestPass,
  from: StretchPlace,
  before: RerequestFindings,
): Promise<RerequestFindings | null> {
  const { pool, turn, source, recordsPerSecond } = pass;
  const seen = new Set<string>();
  let found = before;
  let beganAtMs = Date.now();
  for await (const chunk of stretchChunks(source, from)) {
    turn.progress();
    await pause((chunk.read * 1_000) / recordsPerSecond - (Date.now() - beganAtMs), turn.halted);
    if (turn.halted.aborted) return null;
    beganAtMs = Date.now();
    found = await inTransaction(pool, async (tx) => {
      const { judged, poison } = await judgedOf(tx, pass, chunk, seen);
      const after = withChunk(found, {
        ...{ records: chunk.records.length, poison, workorders: judged.workorders },
      });
      await pass.atChunk?.(tx, { requests: judged.requests, next: chunk.next, found: after });
      for (const { why, tenantId, workorderId } of judged.workorders)
        if (why !== "undecided") seen.add(recordKey(tenantId, workorderId));
      return after;
    });
    pass.afterChunk?.();
  }
  return found;
}

/** Poison is passed over: it lies with the dead letters. */
async function judgedOf(
  tx: Connection,
  { pool, decoder, requests }: RerequestPass,
  chunk: StretchChunk,
  seen: ReadonlySet<string>,
): Promise<{ readonly judged: JudgedChunk; readonly poison: number }> {
  const workorders: JudgedChunk["workorders"][number][] = [];
  const route = workorderRoute({ db: pool, decoder }, async (connection, incoming) => {
    const judged = await judgeChunk(connection, incoming, { requests, seen });
    workorders.push(...judged.workorders);
    return judged.requests;
  });
  if (chunk.records.length === 0) return { judged: { workorders, requests: [] }, poison: 0 };
  const prepared = await route.prepare(chunk.records);
  const { outgoing, culprits } = await applyAroundCulprits(tx, prepared);
  return {
    judged: { workorders, requests: outgoing },
    poison: prepared.poison.length + culprits.length,
  };
}
