import { inTransaction, type Pool, type Queryable } from "../postgres.ts";
import {
  type ActOutcome,
  type Decided,
  decideAct,
  type OperationAct,
  type OperationState,
} from "./domain/operation-state.ts";

/** What operators have the pipeline do once. Times are ISO 8601 in UTC; null: not yet. */
export type Operation = {
  readonly operationId: number;
  readonly kind: string;
  readonly name: string;
  readonly reason: string;
  readonly state: OperationState;
  readonly wish: unknown;
  /** Null for all. */
  readonly tenantIds: readonly string[] | null;
  readonly beginsAtOnce: boolean;
  readonly plan: unknown;
  readonly needsSecond: boolean;
  readonly checkpoint: unknown;
  readonly progress: unknown;
  readonly result: unknown;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly confirmedBy: string | null;
  readonly confirmedAt: string | null;
  /** What people did to it, in order. */
  readonly acts: readonly { readonly act: OperationAct; readonly by: string; readonly at: string }[];
  readonly begunAt: string | null;
  readonly endedAt: string | null;
  /** Which process works at it now. */
  readonly workedAtBy: string | null;
};

const iso = (column: string): string =>
  `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** SQL: an operation as `Operation`. */
export const OPERATION_COLUMNS = `operation_id as "operationId", kind, name, reason, state, wish, tenant_ids as "tenantIds",
  begins_at_once as "beginsAtOnce", plan, needs_second as "needsSecond", checkpoint, progress, result, failure,
  requested_by as "requestedBy", ${iso("requested_at")} as "requestedAt", confirmed_by as "confirmedBy",
  ${iso("confirmed_at")} as "confirmedAt", acts, ${iso("begun_at")} as "begunAt", ${iso("ended_at")} as "endedAt",
  case when lease_until > now() then nullif(leased_by, '') end as "workedAtBy"`;

export type AskedOperation = Pick<
  Operation,
  "kind" | "name" | "reason" | "wish" | "tenantIds" | "beginsAtOnce" | "requestedBy"
>;

/** Asks for an operation: the service that does its kind plans it. @returns its number */
export async function askOperation(db: Queryable, asked: AskedOperation): Promise<number> {
  const { rows } = await db.query<{ operationId: number }>(
    `insert into integration.operations (kind, name, reason, wish, tenant_ids, begins_at_once, requested_by)
     values ($1, $2, $3, $4, $5, $6, $7) returning operation_id as "operationId"`,
    [
      asked.kind,
      asked.name,
      asked.reason,
      JSON.stringify(asked.wish),
      asked.tenantIds,
      asked.beginsAtOnce,
      asked.requestedBy,
    ],
  );
  return rows[0]?.operationId ?? 0;
}

/** An operation by its number; null when there is none. */
export async function findOperation(db: Queryable, operationId: number): Promise<Operation | null> {
  const { rows } = await db.query<Operation>(
    `select ${OPERATION_COLUMNS} from integration.operations where operation_id = $1`,
    [operationId],
  );
  return rows[0] ?? null;
}

/** The latest operations, the newest first. */
export async function listOperations(db: Queryable, most: number): Promise<readonly Operation[]> {
  const { rows } = await db.query<Operation>(
    `select ${OPERATION_COLUMNS} from integration.operations order by operation_id desc limit $1`,
    [most],
  );
  return rows;
}

/**
 * Does what a person wants with an operation; whoever works at it notices with its next chunk.
 * @param by who acts
 * @returns null where there is no such operation
 */
export const actOnOperation = (
  pool: Pool,
  operationId: number,
  act: OperationAct,
  by: string,
): Promise<ActOutcome | null> =>
  inTransaction(pool, async (tx) => {
    const known = await lockOperation(tx, operationId);
    if (known === null) return null;
    const outcome = decideAct(known, act, by);
    if (outcome.kind === "moves") await moveOperation(tx, operationId, act, outcome.to, by);
    return outcome;
  });

async function lockOperation(tx: Queryable, operationId: number): Promise<Decided | null> {
  const { rows } = await tx.query<Decided>(
    `select state, plan is not null as "isPlanned", needs_second as "needsSecond", requested_by as "requestedBy"
     from integration.operations where operation_id = $1 for update`,
    [operationId],
  );
  return rows[0] ?? null;
}

async function moveOperation(
  tx: Queryable,
  operationId: number,
  act: OperationAct,
  to: OperationState,
  by: string,
): Promise<void> {
  await tx.query(
    `update integration.operations set state = $2,
       confirmed_by = case when $3 then $4 else confirmed_by end,
       confirmed_at = case when $3 then now() else confirmed_at end,
       begun_at = case when $3 then now() else begun_at end,
       ended_at = case when $2 = 'cancelled' then now() end,
       acts = acts || jsonb_build_object('act', $5::text, 'by', $4::text, 'at', ${iso("now()")})
     where operation_id = $1`,
    [operationId, to, act === "confirm", by, act],
  );
}
