import type { Connection } from "../shared/postgres.ts";

/** Epochs of tenants, or a session's copy of them. */
export type EpochsTable = "simon.tenant_epochs" | "pg_temp.tenant_epochs";

/**
 * Present epochs of the tenants, raised to what their events say, and held until the transaction ends: nobody empties
 * or cleans a tenant meanwhile (A12, M6). Every tenant asked for is in the answer.
 * @param seen highest epoch of each tenant in the batch; 0 where the batch names none
 */
export async function lockEpochs(
  tx: Connection,
  seen: ReadonlyMap<string, number>,
  table: EpochsTable = "simon.tenant_epochs",
): Promise<ReadonlyMap<string, number>> {
  await raiseEpochs(tx, table, seen);
  return new Map(await sharedEpochs(tx, table, [...seen.keys()]));
}

/** Touches only tenants that are new or rise, so that batches of one tenant do not wait for each other. */
async function raiseEpochs(
  tx: Connection,
  table: EpochsTable,
  seen: ReadonlyMap<string, number>,
): Promise<void> {
  await tx.query({
    text: `insert into ${table} as known (tenant_id, epoch)
      select seen.tenant_id, seen.epoch from unnest($1::text[], $2::int[]) seen (tenant_id, epoch)
      where not exists (
        select from ${table} known
        where known.tenant_id = seen.tenant_id and known.epoch >= seen.epoch
      )
      order by seen.tenant_id
      on conflict (tenant_id) do update set epoch = excluded.epoch where known.epoch < excluded.epoch`,
    values: [[...seen.keys()], [...seen.values()]],
  });
}

async function sharedEpochs(
  tx: Connection,
  table: EpochsTable,
  tenantIds: readonly string[],
): Promise<readonly (readonly [string, number])[]> {
  const { rows } = await tx.query<{ tenantId: string; epoch: number }>({
    text: `select tenant_id as "tenantId", epoch from ${table}
      where tenant_id = any($1::text[]) order by tenant_id for share`,
    values: [tenantIds],
  });
  return rows.map(({ tenantId, epoch }) => [tenantId, epoch]);
}
