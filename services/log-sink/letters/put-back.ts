import type { Clock } from "../../shared/clock.ts";
import { crashPoint } from "../../shared/crash-points.ts";
import type { KafkaClient } from "../../shared/kafka/client.ts";
import type { Publisher } from "../../shared/kafka/producer.ts";
import type { LettersPlan, LettersProgress } from "../../shared/operations/domain/letters-report.ts";
import { PUT_BACK } from "../../shared/operations/domain/letters-wish.ts";
import type { LeasedOperation } from "../../shared/operations/operation-lease.ts";
import type { OperationKind, OperationTurn } from "../../shared/operations/operation-loop.ts";
import { inTransaction, type Pool } from "../../shared/postgres.ts";
import type { LogTelemetry } from "../telemetry.ts";
import { partDone, progressAfter } from "./domain/letters-progress.ts";
import { outgoingLetter } from "./domain/outgoing-letter.ts";
import {
  type LeavingLetter,
  type LetterPlace,
  lettersBeingSent,
  markPutBack,
  markSending,
  nextTopic,
  releaseAbandoned,
} from "./letter-moves.ts";
import { type LetterLimits, planLetters, scopeOf } from "./letter-plan.ts";
import type { LetterScope } from "./letter-queries.ts";
import { createPace, type Pace } from "./pace.ts";
import { sentName, sentSince, type TopicEnds, topicEnds } from "./sent-letters.ts";

export type PutBackTools = {
  readonly pool: Pool;
  readonly kafka: KafkaClient;
  readonly publisher: Publisher;
  readonly telemetry: Pick<LogTelemetry, "lettersMoved">;
  readonly limits: LetterLimits;
  readonly now: Clock;
  /** Waits so many milliseconds, or until the signal fires. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
};

/** Up to which letter it is, and where that letter's topic ended before the last ones were sent. */
type Checkpoint = { readonly after: LetterPlace | null; readonly ends: TopicEnds };

/** Records of letters are written to their topics again (decision 0079). */
export const putBackOperation = (tools: PutBackTools): OperationKind => ({
  kind: PUT_BACK,
  plan: async (operation) => {
    await releaseAbandoned(tools.pool);
    return planLetters(tools.pool, operation, tools.limits, "put-back");
  },
  run: (operation, turn) => putBack(tools, operation, turn),
  partDone: (progress) => partDone(progress as LettersProgress),
});

type Run = PutBackTools & {
  readonly operation: LeasedOperation;
  readonly turn: OperationTurn;
  readonly scope: LetterScope;
  readonly pace: Pace;
};

/**
 * Chunk by chunk: letters are marked as being sent in the transaction of the checkpoint, sent, and noted. Whoever goes on after a crash
 * looks on the topic which of the marked ones are there.
 */
async function putBack(
  tools: PutBackTools,
  operation: LeasedOperation,
  turn: OperationTurn,
): Promise<LettersProgress | null> {
  const plan = operation.plan as LettersPlan;
  const pace = createPace({ ...tools, recordsPerSecond: plan.recordsPerSecond });
  const run: Run = {
    ...tools,
    operation,
    turn,
    pace,
    scope: scopeOf(operation, "put-back", plan.storedUntil),
  };
  let after = (operation.checkpoint as Checkpoint | null)?.after ?? null;
  let progress = (operation.progress as LettersProgress | null) ?? beginning(plan);
  progress = { ...progress, found: progress.found + (await finishChunk(run)) };
  for (;;) {
    if (turn.halted.aborted) return null;
    const topic = await nextTopic(tools.pool, run.scope, after);
    if (topic === null) return { ...progress, secondsLeft: 0 };
    const chunk = await markChunk(run, topic, after, progress);
    progress = chunk.progress;
    after = chunk.letters.at(-1) ?? after;
    await sendChunk(run, chunk.letters, chunk.ends);
    await pace.wait(chunk.letters.length, turn);
  }
}

const beginning = ({ letters, seconds }: LettersPlan): LettersProgress => ({
  ...{ done: 0, ofLetters: letters, found: 0 },
  secondsLeft: seconds,
});

async function markChunk(
  { pool, kafka, operation, turn, scope, pace }: Run,
  topic: string,
  after: LetterPlace | null,
  before: LettersProgress,
) {
  const ends = await topicEnds(kafka, topic);
  const chunk = await inTransaction(pool, async (tx) => {
    const { operationId } = operation;
    const letters = await markSending(tx, scope, { after, topic, most: pace.chunkRecords, operationId });
    const progress = progressAfter(before, letters.length, pace.recordsPerSecond);
    // Another operation may have taken them all meanwhile.
    const last = letters.at(-1) ?? after;
    const checkpoint: Checkpoint = { after: last === null ? null : placeOf(last), ends };
    await turn.keep(tx, checkpoint, progress);
    return { letters, progress, ends };
  });
  crashPoint("letters-marked");
  return chunk;
}

const placeOf = ({ topic, partition, offset, group }: LetterPlace): LetterPlace => ({
  ...{ topic, partition, offset, group },
});

async function sendChunk(
  { pool, publisher, operation, telemetry }: Run,
  letters: readonly LeavingLetter[],
  ends: TopicEnds,
): Promise<void> {
  const partitions = Object.keys(ends).length;
  await publisher.publish(letters.map((letter) => outgoingLetter(letter, partitions)));
  crashPoint("letters-sent");
  telemetry.lettersMoved("put-back", await markPutBack(pool, operation.operationId));
  crashPoint("letters-noted");
}

/** Sends what a process had marked and not sent before it ended. @returns how many it had sent */
async function finishChunk(run: Run): Promise<number> {
  const { pool, kafka, operation, turn } = run;
  const marked = await lettersBeingSent(pool, operation.operationId);
  const checkpoint = operation.checkpoint as Checkpoint | null;
  const [first] = marked;
  if (first === undefined || checkpoint === null) return 0;
  const sent = await sentSince(kafka, first.topic, checkpoint.ends, turn.progress);
  const unsent = marked.filter((letter) => !sent.has(sentName(letter)));
  await sendChunk(run, unsent, await topicEnds(kafka, first.topic));
  return marked.length - unsent.length;
}
