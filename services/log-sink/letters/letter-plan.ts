import { Failure } from "../../shared/domain/failure.ts";
import type { LettersPlan } from "../../shared/operations/domain/letters-report.ts";
import { type LettersWish, lettersWishSchema } from "../../shared/operations/domain/letters-wish.ts";
import type { LeasedOperation } from "../../shared/operations/operation-lease.ts";
import type { PlannedOperation } from "../../shared/operations/operation-loop.ts";
import { databaseTimeMs, type Pool } from "../../shared/postgres.ts";
import { countByCause, countByTenant, countLeft, type LetterScope } from "./letter-queries.ts";

export type LetterLimits = {
  /** Letters a second at most, whatever a wish says. */
  readonly recordsPerSecond: number;
  /** Letters above which a second person has to confirm. */
  readonly secondPersonLetters: number;
};

const SHOWN_TENANTS = 20;

/** Counts the letters that are meant as they are now; what is stored later is not. @throws Failure LETTERS_WISH_UNREADABLE */
export async function planLetters(
  pool: Pool,
  operation: LeasedOperation,
  limits: LetterLimits,
  does: LetterScope["does"],
): Promise<PlannedOperation> {
  const storedUntil = new Date(await databaseTimeMs(pool)).toISOString();
  const scope = scopeOf(operation, does, storedUntil);
  const byCause = await countByCause(pool, scope);
  const letters = byCause.reduce((sum, one) => sum + one.letters, 0);
  const asked = scope.wish.recordsPerSecond ?? limits.recordsPerSecond;
  const recordsPerSecond = Math.min(limits.recordsPerSecond, asked);
  const plan: LettersPlan = {
    ...{ letters, storedUntil, byCause, recordsPerSecond },
    ...(await countByTenant(pool, scope, SHOWN_TENANTS)),
    left: does === "discard" ? NONE_LEFT : await countLeft(pool, scope),
    seconds: does === "discard" ? 0 : Math.ceil(letters / recordsPerSecond),
  };
  return { plan, needsSecond: letters > limits.secondPersonLetters };
}

const NONE_LEFT = { quarantined: 0, byReference: 0, erased: 0, elsewhere: 0 };

/** What an operation is about. @throws Failure LETTERS_WISH_UNREADABLE */
export const scopeOf = (
  operation: Pick<LeasedOperation, "operationId" | "wish">,
  does: LetterScope["does"],
  storedUntil: string,
): LetterScope => ({ does, wish: wishOf(operation), storedUntil });

function wishOf({ operationId, wish }: Pick<LeasedOperation, "operationId" | "wish">): LettersWish {
  const parsed = lettersWishSchema.safeParse(wish);
  if (parsed.success) return parsed.data;
  throw new Failure(
    "LETTERS_WISH_UNREADABLE",
    `What operation ${operationId} asks for makes no sense: ${parsed.error.message}; ask for a new one.`,
  );
}
