import type { AuditedRequest, CommitEntry } from "../../infra/sandbox/multivers/audit/audit-entry.ts";
import type { MessageLogged, OrderRequested, OrderSettled } from "../../schemas/records.ts";
import type { Pool } from "../../services/shared/postgres.ts";

/** An order of the ledger. */
export type LedgerRow = {
  readonly tenantId: string;
  readonly workorderId: string;
  readonly state: string;
  readonly orderId: string | null;
  readonly code: string;
  readonly attempts: number;
};

/** What Simon shows of a workorder. */
export type ShownOutcome = {
  readonly outcome: string;
  readonly orderId: string | null;
  readonly code: string;
};

/** A sending as the ledger has it; milliseconds since 1970. */
export type AttemptRow = {
  readonly tenantId: string;
  readonly workorderId: string;
  readonly startedAtMs: number;
};

/** An order as Unit4 stored it, as far as it is compared. */
export type StoredContent = {
  readonly customerId: string;
  readonly orderLines: readonly { readonly productId: string; readonly quantityOrdered: number }[];
};

/** Everything that a run left behind, on both sides of the wire. */
export type Evidence = {
  /** What was requested, each workorder once. */
  readonly requested: readonly OrderRequested[];
  /** The database lost what it had confirmed, attempts among it. */
  readonly losesTransactions: boolean;
  /** What was archived again with other content, by `tenantId/workorderId`. */
  readonly archivedAgain: ReadonlyMap<string, OrderRequested>;
  /** Unit4's database of each tenant. */
  readonly databases: ReadonlyMap<string, string>;
  readonly ledger: readonly LedgerRow[];
  readonly attempts: readonly AttemptRow[];
  readonly settled: readonly OrderSettled[];
  readonly messages: readonly MessageLogged[];
  /** What Simon shows, by `tenantId/workorderId`; null: the run had no Simon. */
  readonly shown: ReadonlyMap<string, ShownOutcome> | null;
  /** What the sandbox saw, in the order in which it came. */
  readonly requests: readonly AuditedRequest[];
  readonly commits: readonly CommitEntry[];
  readonly stored: (database: string, orderId: string) => StoredContent | undefined;
  /** How long, in milliseconds, a 429 asked to wait, by the id of the fault that made it. */
  readonly askedRestMs: ReadonlyMap<string, number>;
  /** Life of an access token in milliseconds. */
  readonly tokenLifeMs: number;
  /** When processes were made to stand still, and how long after its beginning a request's lease has passed. */
  readonly freezes: readonly { readonly fromMs: number; readonly leaseMs: number }[];
  /** Renewals that faults made necessary before a token's time: tokens refused, processes killed while they renewed. */
  readonly earlyRenewals: number;
};

/** The ledger's orders. */
export async function readLedger(pool: Pool): Promise<readonly LedgerRow[]> {
  const { rows } = await pool.query<LedgerRow>(
    `select tenant_id as "tenantId", workorder_id as "workorderId", state, order_id as "orderId", code, attempts
     from order_writer.orders order by tenant_id, workorder_id`,
  );
  return rows;
}

/** What Simon shows, by `tenantId/workorderId`. */
export async function readShown(pool: Pool): Promise<ReadonlyMap<string, ShownOutcome>> {
  const { rows } = await pool.query<ShownOutcome & { key: string }>(
    `select tenant_id || '/' || workorder_id as key, outcome, order_id as "orderId", code
     from simon.workorder_outcomes`,
  );
  return new Map(rows.map(({ key, ...shown }) => [key, shown]));
}

/** The ledger's sendings, oldest first. */
export async function readAttempts(pool: Pool): Promise<readonly AttemptRow[]> {
  const { rows } = await pool.query<AttemptRow>(
    `select tenant_id as "tenantId", workorder_id as "workorderId",
       (extract(epoch from started_at) * 1000)::float8 as "startedAtMs"
     from order_writer.attempts order by started_at`,
  );
  return rows;
}

/** Whether a request posts an order. */
export const isOrderPost = ({ method, operation }: AuditedRequest): boolean =>
  method === "POST" && operation.toLowerCase() === "order";
