import type { LettersPlan, LettersProgress } from "../../shared/operations/domain/letters-report.ts";
import { DISCARD } from "../../shared/operations/domain/letters-wish.ts";
import type { LeasedOperation } from "../../shared/operations/operation-lease.ts";
import type { OperationKind, OperationTurn } from "../../shared/operations/operation-loop.ts";
import { inTransaction } from "../../shared/postgres.ts";
import { discardedEntry } from "../domain/dead-letter-entry.ts";
import { storeMessages } from "../message-store.ts";
import { partDone } from "./domain/letters-progress.ts";
import { type DiscardedLetter, type LetterPlace, markDiscarded, releaseAbandoned } from "./letter-moves.ts";
import { planLetters, scopeOf } from "./letter-plan.ts";
import { recordsStillOpen } from "./open-records.ts";
import type { PutBackTools } from "./put-back.ts";

type DiscardTools = Pick<PutBackTools, "pool" | "telemetry" | "limits" | "now">;
type Checkpoint = { readonly after: LetterPlace };

const CHUNK_LETTERS = 500;

/** Nothing becomes of letters any more; they are kept with what happened to them. */
export const discardOperation = (tools: DiscardTools): OperationKind => ({
  kind: DISCARD,
  plan: async (operation) => {
    await releaseAbandoned(tools.pool);
    return planLetters(tools.pool, operation, tools.limits, "discard");
  },
  run: (operation, turn) => discard(tools, operation, turn),
  partDone: (progress) => partDone(progress as LettersProgress),
});

async function discard(
  tools: DiscardTools,
  operation: LeasedOperation,
  turn: OperationTurn,
): Promise<LettersProgress | null> {
  const { letters, storedUntil } = operation.plan as LettersPlan;
  const scope = scopeOf(operation, "discard", storedUntil);
  let { done } = (operation.progress as LettersProgress | null) ?? { done: 0 };
  let after = (operation.checkpoint as Checkpoint | null)?.after ?? null;
  const progressOf = (): LettersProgress => ({ done, ofLetters: letters, found: 0, secondsLeft: 0 });
  for (;;) {
    if (turn.halted.aborted) return null;
    const chunk = await inTransaction(tools.pool, async (tx) => {
      const next = { after, most: CHUNK_LETTERS, operationId: operation.operationId };
      const discarded = await markDiscarded(tx, scope, next);
      const last = discarded.at(-1);
      if (last === undefined) return discarded;
      const open = await recordsStillOpen(tx, discarded);
      const told = discarded.flatMap((letter) => entryOf(letter, { ...tools, operation, open }) ?? []);
      await storeMessages(tx, told);
      done += discarded.length;
      after = { topic: last.topic, partition: last.partition, offset: last.offset, group: last.group };
      await turn.keep(tx, { after }, progressOf());
      return discarded;
    });
    if (chunk.length === 0) return progressOf();
    tools.telemetry.lettersMoved("discarded", chunk.length);
  }
}

/** What the tenant is told; it closes that the record was set aside unless another letter of the record is open. */
function entryOf(
  letter: DiscardedLetter,
  {
    now,
    operation,
    open,
  }: Pick<DiscardTools, "now"> & {
    readonly operation: Pick<LeasedOperation, "operationId">;
    readonly open: ReadonlySet<string>;
  },
) {
  const name = `${letter.tenantId} ${letter.key?.toString("base64")}`;
  return discardedEntry(letter, { at: now(), operationId: operation.operationId, closes: !open.has(name) });
}
