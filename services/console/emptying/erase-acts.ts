import type { MessageTable } from "../../../schemas/records.ts";
import { type Connection, patient } from "../../shared/postgres.ts";
import type { ErasingStep } from "./domain/erasing-plan.ts";
import type { BegunEmptying } from "./slice-acts.ts";

/** An emptying whose data are erased elsewhere now. */
export type Erasing = Pick<BegunEmptying, "tenantId" | "epoch"> & {
  readonly at: Date;
  /** Its tenant is removed: what is said of it later, such as of a record that comes late, is erased as well. */
  readonly removes: boolean;
  /** The last record that the step looked at; null at its beginning. */
  readonly after: string | null;
};

/** What one slice of a step did: rows by table, and the last record that it looked at, null where the step is done. */
export type ErasedSlice = {
  readonly counts: Readonly<Record<string, number>>;
  readonly lastId: string | null;
};

/** Records in one slice: a second or two of a statement that may take sixty. */
const SLICE_RECORDS = 5_000;

/** What is erased no longer has to be passed by: letters need no place to go on from. */
const SOME_LETTER = "-";

/** Does one slice of a step. The transaction is bound to the tenant: the functions refuse any other. */
export function eraseSlice(tx: Connection, erasing: Erasing, step: ErasingStep): Promise<ErasedSlice> {
  switch (step.kind) {
    case "orders":
      return eraseOrders(tx, erasing);
    case "messages":
      return eraseMessages(tx, erasing, step.table);
    case "letters":
      return eraseLetters(tx, erasing, step.table);
    case "lists":
      return eraseLists(tx, erasing, step.entity);
    case "rehearsal":
      return deleteRehearsal(tx, erasing);
    case "totals":
      return deleteTotals(tx, erasing);
    case "acts":
      return eraseActs(tx, erasing);
    case "registry":
      return eraseRegistry(tx, erasing);
  }
}

async function eraseOrders(tx: Connection, { tenantId, after }: Erasing): Promise<ErasedSlice> {
  const { rows } = await tx.query<{ orders: number; attempts: number; lastId: string | null }>(
    patient(
      `select orders_erased as orders, attempts_erased as attempts, last_id as "lastId"
     from order_writer.erase_slice($1, $2, $3)`,
      [tenantId, after ?? "", SLICE_RECORDS],
    ),
  );
  const { orders = 0, attempts = 0, lastId = null } = rows[0] ?? {};
  return { counts: { "order_writer.orders": orders, "order_writer.attempts": attempts }, lastId };
}

async function eraseMessages(
  tx: Connection,
  { tenantId, at, after, removes }: Erasing,
  table: MessageTable,
): Promise<ErasedSlice> {
  const { rows } = await tx.query<{
    messages: number;
    occurrences: number;
    letters: number;
    lastId: string | null;
  }>(
    patient(
      `select messages_erased as messages, occurrences_erased as occurrences, letters_erased as letters,
       last_id as "lastId"
     from log.erase_slice($1, $2, $3, $4, $5)`,
      [tenantId, table, removes ? "infinity" : at, after, SLICE_RECORDS],
    ),
  );
  const { messages = 0, occurrences = 0, letters = 0, lastId = null } = rows[0] ?? {};
  return {
    counts: { "log.messages": messages, "log.occurrences": occurrences, "log.dead_letters": letters },
    lastId,
  };
}

async function eraseLetters(
  tx: Connection,
  { tenantId, at, removes }: Erasing,
  table: MessageTable,
): Promise<ErasedSlice> {
  const { rows } = await tx.query<{ letters: number; hasMore: boolean }>(
    patient(
      `select letters_erased as letters, has_more as "hasMore" from log.erase_letters($1, $2, $3, $4)`,
      [tenantId, table, removes ? "infinity" : at, SLICE_RECORDS],
    ),
  );
  const { letters = 0, hasMore = false } = rows[0] ?? {};
  return { counts: { "log.dead_letters": letters }, lastId: hasMore ? SOME_LETTER : null };
}

async function eraseLists(
  tx: Connection,
  { tenantId, epoch }: Erasing,
  entity: "customer" | "article",
): Promise<ErasedSlice> {
  const { rows } = await tx.query<{ snapshots: number; scans: number; brakes: number }>(
    `select snapshots_erased as snapshots, scans_erased as scans, brakes_erased as brakes
     from unit4_poller.erase_lists($1, $2, $3)`,
    [tenantId, epoch, [entity]],
  );
  const { snapshots = 0, scans = 0, brakes = 0 } = rows[0] ?? {};
  return {
    counts: {
      "unit4_poller.snapshots": snapshots,
      "unit4_poller.scans": scans,
      "unit4_poller.brakes": brakes,
    },
    lastId: null,
  };
}

async function deleteRehearsal(tx: Connection, { tenantId, at }: Erasing): Promise<ErasedSlice> {
  const { rowCount } = await tx.query(
    "delete from integration.rehearsals where tenant_id = $1 and started_at < $2",
    [tenantId, at],
  );
  return { counts: { "integration.rehearsals": rowCount ?? 0 }, lastId: null };
}

async function deleteTotals(tx: Connection, { tenantId }: Erasing): Promise<ErasedSlice> {
  const orders = await tx.query("delete from order_writer.totals where tenant_id = $1", [tenantId]);
  const changes = await tx.query("delete from unit4_poller.totals where tenant_id = $1", [tenantId]);
  return {
    counts: { "order_writer.totals": orders.rowCount ?? 0, "unit4_poller.totals": changes.rowCount ?? 0 },
    lastId: null,
  };
}

async function eraseActs(tx: Connection, { tenantId, after }: Erasing): Promise<ErasedSlice> {
  const { rows } = await tx.query<{ acts: number; lastId: number | null }>(
    patient(`select acts_erased as acts, last_id as "lastId" from integration.erase_acts($1, $2, $3)`, [
      tenantId,
      after ?? 0,
      SLICE_RECORDS,
    ]),
  );
  const { acts = 0, lastId = null } = rows[0] ?? {};
  return { counts: { "integration.audit": acts }, lastId: lastId === null ? null : String(lastId) };
}

async function eraseRegistry(tx: Connection, { tenantId }: Erasing): Promise<ErasedSlice> {
  const { rows } = await tx.query<{ people: number }>(
    patient("select people from integration.erase_registry($1) people", [tenantId]),
  );
  return { counts: { "integration.users": rows[0]?.people ?? 0 }, lastId: null };
}

/**
 * Notes what a slice did. @param isStepDone the next slice is of the next step @param isAll it was the last one
 * @returns rows of the emptying by now, by table
 */
export async function noteErasing(
  tx: Connection,
  { tenantId, epoch }: Erasing,
  { counts, lastId }: ErasedSlice,
  { isStepDone, isAll }: { readonly isStepDone: boolean; readonly isAll: boolean },
): Promise<Readonly<Record<string, number>>> {
  const { rows } = await tx.query<{ erased: Readonly<Record<string, number>> }>(
    `update integration.emptyings set worked_at = clock_timestamp(), erase_after = $3,
       erase_step = erase_step + case when $4 then 1 else 0 end, erased_at = case when $5 then clock_timestamp() end,
       erased = erased || (select coalesce(jsonb_object_agg(key, coalesce((erased ->> key)::bigint, 0) + value::bigint), '{}')
         from jsonb_each_text($6))
     where tenant_id = $1 and epoch = $2 returning erased`,
    [tenantId, epoch, lastId, isStepDone, isAll, counts],
  );
  return rows[0]?.erased ?? {};
}
