import { describeError } from "../domain/failure.ts";
import { Unreadable } from "../domain/wire-format.ts";
import { type Connection, postgresErrorKind } from "../postgres.ts";
import type { Poison } from "./incoming.ts";
import type { PreparedChunk } from "./postgres-route.ts";
import type { OutgoingRecord } from "./producer.ts";

type Stretch = { readonly from: number; readonly to: number };

/**
 * Applies a chunk of which Postgres refuses the values of some record: stretches are tried under a savepoint and halved
 * until the culprits stand alone. Gives the records to publish for what was applied, and the culprits.
 */
export async function applyAroundCulprits(
  tx: Connection,
  chunk: PreparedChunk,
): Promise<{ readonly outgoing: readonly OutgoingRecord[]; readonly culprits: readonly Poison[] }> {
  const outgoing: OutgoingRecord[] = [];
  const culprits: Poison[] = [];
  const stretches: Stretch[] = [{ from: 0, to: chunk.originals.length }];
  for (let stretch = stretches.pop(); stretch !== undefined; stretch = stretches.pop()) {
    const attempt = await tryStretch(tx, chunk, stretch);
    if (attempt.kind === "applied") outgoing.push(...attempt.outgoing);
    else if (stretch.to - stretch.from > 1) stretches.push(...halvesInReverse(stretch));
    else culprits.push(...culpritAt(chunk, stretch.from, attempt.detail));
  }
  return { outgoing, culprits };
}

type Attempt =
  | { readonly kind: "applied"; readonly outgoing: readonly OutgoingRecord[] }
  | { readonly kind: "refused"; readonly detail: string };

async function tryStretch(tx: Connection, chunk: PreparedChunk, { from, to }: Stretch): Promise<Attempt> {
  await tx.query("savepoint stretch");
  try {
    const outgoing = await chunk.apply(tx, from, to);
    await tx.query("release savepoint stretch");
    return { kind: "applied", outgoing };
  } catch (error) {
    if (postgresErrorKind(error) !== "data") throw error;
    await tx.query("rollback to savepoint stretch");
    return { kind: "refused", detail: describeError(error) };
  }
}

/** The later half first: the stack gives the earlier one back first, so that records are applied in their order. */
function halvesInReverse({ from, to }: Stretch): readonly Stretch[] {
  const middle = Math.floor((from + to) / 2);
  return [
    { from: middle, to },
    { from, to: middle },
  ];
}

function culpritAt(chunk: PreparedChunk, index: number, detail: string): readonly Poison[] {
  const record = chunk.originals[index];
  return record === undefined ? [] : [{ record, error: new Unreadable("REFUSED_BY_POSTGRES", detail) }];
}
