import type { Queryable } from "../../shared/postgres.ts";
import type { SampleDifference } from "./overlay.ts";

/**
 * Keeps what a preview found to differ, in place of what an earlier preview of the same operation found; nothing of a tenant that was
 * emptied meanwhile.
 */
export async function keepSamples(
  db: Queryable,
  operationId: number,
  samples: readonly SampleDifference[],
): Promise<void> {
  await db.query("delete from simon.preview_samples where operation_id = $1", [operationId]);
  await db.query(
    `with held as materialized (
       select tenant_id, epoch from simon.tenant_epochs where tenant_id = any($2::text[]) order by tenant_id for share)
     insert into simon.preview_samples (operation_id, tenant_id, entity_id, field, before, after)
     select $1, tenant_id, entity_id, field, before, after
     from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[])
       sample (tenant_id, entity_id, field, before, after, epoch)
     where not exists (select from held where held.tenant_id = sample.tenant_id and held.epoch > sample.epoch)`,
    [
      operationId,
      samples.map(({ tenantId }) => tenantId),
      samples.map(({ entityId }) => entityId),
      samples.map(({ field }) => field),
      samples.map(({ before }) => before),
      samples.map(({ after }) => after),
      samples.map(({ epoch }) => epoch),
    ],
  );
}

/** Lets go of samples after a week: they hold names, and their plans are old by then. */
export async function forgetSamples(db: Queryable): Promise<void> {
  await db.query("delete from simon.preview_samples where made_at < now() - interval '7 days'");
}
