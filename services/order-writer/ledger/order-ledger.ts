import type { OrderRequested } from "../../../schemas/records.ts";
import type { MessageCode } from "../../shared/domain/message-catalogue.ts";
import type { Lease } from "../../shared/lease.ts";
import type { Connection, Queryable } from "../../shared/postgres.ts";
import type { OpenFacts, OrderState } from "../domain/order-state.ts";
import type { Settlement } from "../domain/settlement.ts";

/** A request as the ledger keeps it. */
export type KeptRequest = OrderRequested & {
  /** Where its content was emptied and is erased (rule A13): a hash of what it was. */
  readonly contentHash?: string;
};

/** A row of the ledger as a step needs it. */
export type LedgerOrder = OpenFacts & {
  readonly tenantId: string;
  readonly workorderId: string;
  readonly state: OrderState;
  readonly request: KeptRequest;
  readonly laterRequest: KeptRequest | null;
  /** The latest archiving that was taken into account, milliseconds since 1970 UTC. */
  readonly archivedAt: number;
  /** Sequence of the latest request that was taken into account; 0 where it had none. */
  readonly sequence: number;
  readonly attempts: number;
  /** Visits in a row to which Unit4 gave no usable answer (case O29). */
  readonly unansweredVisits: number;
  readonly orderId: string | null;
  /** Its tenant's workorders were emptied since: it is not sent any more (rule A12). */
  readonly isWithdrawn: boolean;
  /** Where it goes, or was sent: what it was made for, or its tenant's where that was not noted. */
  readonly administration: string;
  /** Its tenant is connected to another administration by now (case O28). */
  readonly isMoved: boolean;
  /** It was written, and somebody has deleted it in Unit4 since (case O29). */
  readonly isGone: boolean;
};

/** Its tenant's workorders were emptied since. Needs the table under its own name. */
export const OF_EMPTIED_EPOCH = `exists (select from order_writer.emptied_tenants emptied
  where emptied.tenant_id = orders.tenant_id and emptied.epoch > (orders.request ->> 'epoch')::integer)`;

/** Its tenant is connected to another administration than the order was made for. Needs the table under its own name. */
const OF_OTHER_ADMINISTRATION = `exists (select from integration.tenants tenant
  where tenant.tenant_id = orders.tenant_id and tenant.administration <> nullif(orders.request ->> 'administration', ''))`;

/** What is said of an order that somebody deleted in Unit4. */
export const GONE = "ORDER_GONE" satisfies MessageCode;

/** Something has to be done about it: it is not settled, or it is written and its workorder was archived anew. */
export const IS_OPEN = `(state in ('waiting', 'sending', 'unknown') or (state = 'written' and later_request is not null))`;

/** What `LedgerOrder` is read from. Needs the table under its own name. */
export const COLUMNS = `tenant_id as "tenantId", workorder_id as "workorderId", state, request,
  later_request as "laterRequest", (extract(epoch from archived_at) * 1000)::double precision as "archivedAt", sequence,
  attempts, unanswered_visits as "unansweredVisits", absent_lookups as "absentLookups", unclear_sendings as "unclearSendings", reasons, order_id as "orderId",
  ${OF_EMPTIED_EPOCH} as "isWithdrawn", ${OF_OTHER_ADMINISTRATION} as "isMoved",
  state = 'refused' and code = '${GONE}' as "isGone",
  coalesce(nullif(request ->> 'administration', ''), (select administration from integration.tenants tenant
    where tenant.tenant_id = orders.tenant_id), '') as administration`;

/** One order, locked for the rest of the transaction; null where there is none. */
export async function lockOrder(
  tx: Connection,
  tenantId: string,
  workorderId: string,
): Promise<LedgerOrder | null> {
  const { rows } = await tx.query<LedgerOrder>(
    `select ${COLUMNS} from order_writer.orders where tenant_id = $1 and workorder_id = $2 for update`,
    [tenantId, workorderId],
  );
  return rows[0] ?? null;
}

/**
 * Which of these numbers are orders of other workorders of the tenant in that administration: two workorders may carry the same
 * number, years apart or by two apps.
 */
export async function ordersOfOthers(
  db: Queryable,
  { tenantId, administration }: { readonly tenantId: string; readonly administration: string },
  workorderId: string,
  orderIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ orderId: string }>(
    `select order_id as "orderId" from order_writer.orders
     where tenant_id = $1 and order_id = any($2) and state = 'written' and workorder_id <> $3
       and request ->> 'administration' = $4`,
    [tenantId, orderIds, workorderId, administration],
  );
  return new Set(rows.map(({ orderId }) => orderId));
}

/**
 * The order of a tenant that is due first, and whether another one is due; null when none is, when the lane has gone to
 * somebody else, and when the tenant was deactivated (rule A8).
 */
export async function nextDueOrder(
  db: Queryable,
  { tenantId, token }: Lease,
): Promise<{ readonly order: LedgerOrder; readonly isLast: boolean } | null> {
  const { rows } = await db.query<LedgerOrder>(
    `select ${COLUMNS} from order_writer.orders
     where tenant_id = $1 and ${IS_OPEN} and due_at <= now()
       and exists (select from order_writer.lanes where tenant_id = $1 and lease_token = $2)
       and exists (select from integration.tenants where tenant_id = $1 and status = 'active')
     order by due_at, archived_at limit 2`,
    [tenantId, token],
  );
  return rows[0] === undefined ? null : { order: rows[0], isLast: rows.length === 1 };
}

/**
 * Writes down that an order is about to be sent: the row says sending before the first byte leaves. What is sent has to be
 * what this returns: the workorder may have been archived anew since the row was read, and from here on a newer archiving is
 * kept for later.
 * @param sendingMs the lease must last at least so long: the sending ends before another process may begin
 * @returns the order as it is now, or null when it is no longer waiting or the lease is no longer ours
 */
export async function beginAttempt(
  tx: Connection,
  order: Pick<LedgerOrder, "tenantId" | "workorderId">,
  lease: Lease,
  sendingMs: number,
): Promise<LedgerOrder | null> {
  const { rows } = await tx.query<LedgerOrder>(
    `update order_writer.orders
       set state = 'sending', doubted = false, attempts = attempts + 1, due_at = now(), changed_at = now()
       where tenant_id = $1 and workorder_id = $2 and state = 'waiting' and not ${OF_EMPTIED_EPOCH}
         and not ${OF_OTHER_ADMINISTRATION} and exists (
         select from order_writer.lanes
         where tenant_id = $1 and lease_token = $3 and lease_until > now() + $4 * interval '1 millisecond')
         and exists (select from integration.tenants where tenant_id = $1 and status = 'active')
       returning ${COLUMNS}`,
    [order.tenantId, order.workorderId, lease.token, sendingMs],
  );
  const begun = rows[0];
  if (begun === undefined) return null;
  await tx.query("insert into order_writer.attempts (tenant_id, workorder_id, attempt) values ($1, $2, $3)", [
    order.tenantId,
    order.workorderId,
    begun.attempts,
  ]);
  return begun;
}

/** Settles a waiting order whose tenant's workorders were emptied, without a word: nobody has its workorder any more. */
export async function withdrawOrder(
  db: Queryable,
  order: { readonly tenantId: string; readonly workorderId: string },
): Promise<void> {
  await db.query(
    `update order_writer.orders
     set state = 'refused', code = 'ORDER_WITHDRAWN', later_request = null, due_at = 'infinity', settled_at = now(),
       published_at = now(), changed_at = now()
     where tenant_id = $1 and workorder_id = $2 and state = 'waiting' and ${OF_EMPTIED_EPOCH}`,
    [order.tenantId, order.workorderId],
  );
}

/** Settles a waiting order whose tenant has moved to another administration: it is told, and sent by a person or not at all. */
export async function refuseMovedOrder(
  db: Queryable,
  order: { readonly tenantId: string; readonly workorderId: string },
  said: Pick<Settlement, "code" | "params">,
): Promise<void> {
  await db.query(
    `update order_writer.orders
     set state = 'refused', code = $3, params = $4::jsonb || (select jsonb_build_object('newAdministration', administration)
         from integration.tenants where tenant_id = $1), later_request = null, due_at = 'infinity', settled_at = now(),
       published_at = null, changed_at = now()
     where tenant_id = $1 and workorder_id = $2 and state = 'waiting' and ${OF_OTHER_ADMINISTRATION}`,
    [order.tenantId, order.workorderId, said.code, said.params],
  );
}

/** Notes how an attempt ended. */
export async function finishAttempt(
  tx: Connection,
  attempt: {
    readonly tenantId: string;
    readonly workorderId: string;
    readonly attempt: number;
    readonly outcome: string;
    readonly detail: string;
  },
): Promise<void> {
  await tx.query(
    `update order_writer.attempts set finished_at = now(), outcome = $4, detail = $5
     where tenant_id = $1 and workorder_id = $2 and attempt = $3`,
    [attempt.tenantId, attempt.workorderId, attempt.attempt, attempt.outcome, attempt.detail],
  );
}

/**
 * Stores the outcome of a step, if the lane is still ours and the order is where the step left it: a fact about attempt n is
 * about no other, and whoever took the lane over finds out by itself. Of an order that was doubted meanwhile (case O27) only that
 * it was found counts: a look-up of before says nothing.
 * @returns when it was stored, by the clock of Postgres; null when it was not
 */
export async function storeStep(
  tx: Connection,
  lease: Lease,
  order: { readonly tenantId: string; readonly workorderId: string; readonly attempts: number },
  step: Settlement,
): Promise<Date | null> {
  const settled = step.state === "written" || step.state === "refused";
  const { rows } = await tx.query<{ storedAt: Date }>(
    `update order_writer.orders
     set state = $4, order_id = coalesce($5, order_id), code = $6, params = $7, absent_lookups = $8, unclear_sendings = $9,
       reasons = $10,
       due_at = case when $11::double precision is null then 'infinity' else now() + $11 * interval '1 millisecond' end,
       settled_at = case when $12 then now() end, published_at = null, changed_at = now()
     where tenant_id = $1 and workorder_id = $2 and attempts = $3
       and (state = 'sending' or (state = 'unknown' and (due_at <= now() or $4 = 'written')))
       and exists (select from order_writer.lanes where tenant_id = $1 and lease_token = $13)
     returning changed_at as "storedAt"`,
    [
      order.tenantId,
      order.workorderId,
      order.attempts,
      step.state,
      step.orderId,
      step.code,
      step.params,
      step.absentLookups,
      step.unclearSendings,
      JSON.stringify(step.reasons),
      step.dueInMs,
      settled,
      lease.token,
    ],
  );
  return rows[0]?.storedAt ?? null;
}
