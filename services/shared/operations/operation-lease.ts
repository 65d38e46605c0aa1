import { LEASE_ENDED, type LeaseTerms, leaseTaken } from "../lease.ts";
import type { Queryable } from "../postgres.ts";
import type { OperationEnd, OperationState } from "./domain/operation-state.ts";
import { OPERATION_COLUMNS, type Operation } from "./operation-store.ts";

/** An operation that this process works at, until its lease ends or is renewed: a tenant's lease, with a number for the tenant. */
export type LeasedOperation = Operation & {
  readonly token: number;
  /** Processes that ended without giving it back since it last made progress. */
  readonly deaths: number;
};
type Held = Pick<LeasedOperation, "operationId" | "token" | "state">;

/** Leases the oldest operation of these kinds that has to be planned or runs, and nobody works at; null when there is none. */
export async function leaseOperation(
  db: Queryable,
  kinds: readonly string[],
  { leaseMs, by }: LeaseTerms,
): Promise<LeasedOperation | null> {
  const { rows } = await db.query<LeasedOperation>(
    `update integration.operations leased set ${leaseTaken("leased", { leaseMs: "$2", by: "$3" })},
       -- Whoever gives it back ends the lease; one that ran out was held by a process that died or hung. A rest is nobody's.
       deaths = deaths + case when lease_until > '-infinity' and leased_by <> '' then 1 else 0 end
     where operation_id = (
       select operation_id from integration.operations
       where kind = any($1) and (state = 'running' or (state = 'planned' and plan is null)) and lease_until <= now()
       order by operation_id limit 1 for update skip locked)
     returning ${OPERATION_COLUMNS}, lease_token as token, deaths`,
    [kinds, leaseMs, by],
  );
  return rows[0] ?? null;
}

/**
 * Prolongs the lease. @returns false when it has gone to another process, or a person paused or cancelled the operation: from
 * then on nothing is written
 */
export async function renewOperation(db: Queryable, held: Held, leaseMs: number): Promise<boolean> {
  const { rowCount } = await db.query(
    `update integration.operations set lease_until = now() + $4 * interval '1 millisecond'
     where operation_id = $1 and lease_token = $2 and state = $3`,
    [held.operationId, held.token, held.state, leaseMs],
  );
  return rowCount === 1;
}

/**
 * Keeps how far an operation is, in the transaction of what it did: whoever goes on begins there.
 * @returns false as `renewOperation` does: roll back
 */
export async function keepCheckpoint(
  tx: Queryable,
  held: Held,
  kept: { readonly checkpoint: unknown; readonly progress: unknown; readonly leaseMs: number },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update integration.operations set checkpoint = $4, progress = $5, deaths = 0, lease_until = now() + $6 * interval '1 millisecond'
     where operation_id = $1 and lease_token = $2 and state = $3`,
    [
      held.operationId,
      held.token,
      held.state,
      JSON.stringify(kept.checkpoint),
      JSON.stringify(kept.progress),
      kept.leaseMs,
    ],
  );
  return rowCount === 1;
}

/** Keeps the plan, and ends the turn. @returns false as `renewOperation` does */
export async function keepPlan(
  db: Queryable,
  held: Held,
  planned: { readonly plan: unknown; readonly needsSecond: boolean; readonly state: OperationState },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update integration.operations set plan = $3, needs_second = $4, state = $5, deaths = 0,
       begun_at = case when $5 = 'running' then now() end, ${LEASE_ENDED}
     where operation_id = $1 and lease_token = $2 and state = 'planned'`,
    [held.operationId, held.token, JSON.stringify(planned.plan), planned.needsSecond, planned.state],
  );
  return rowCount === 1;
}

/** Ends an operation. @returns false as `renewOperation` does */
export async function endOperation(
  db: Queryable,
  held: Held,
  end: { readonly state: OperationEnd; readonly result: unknown; readonly failure: Operation["failure"] },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update integration.operations set state = $4, result = $5, failure = $6, ended_at = now(), ${LEASE_ENDED}
     where operation_id = $1 and lease_token = $2 and state = $3`,
    [
      held.operationId,
      held.token,
      held.state,
      end.state,
      end.result === null ? null : JSON.stringify(end.result),
      end.failure === null ? null : JSON.stringify(end.failure),
    ],
  );
  return rowCount === 1;
}

/** Gives the lease back, so that another process goes on at once. */
export async function letGoOfOperation(db: Queryable, held: Held): Promise<void> {
  await db.query(
    `update integration.operations set ${LEASE_ENDED} where operation_id = $1 and lease_token = $2`,
    [held.operationId, held.token],
  );
}

/** Gives the lease back, and nobody takes it before so many milliseconds are over: what it waits for is done elsewhere. */
export async function restOperation(db: Queryable, held: Held, restMs: number): Promise<void> {
  await db.query(
    `update integration.operations
     set lease_token = lease_token + 1, lease_until = now() + $3 * interval '1 millisecond', leased_by = ''
     where operation_id = $1 and lease_token = $2`,
    [held.operationId, held.token, restMs],
  );
}
