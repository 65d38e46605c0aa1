import { parseRecordKey } from "../../shared/domain/record-key.ts";
import type { RawRecord } from "../../shared/kafka/incoming.ts";
import type { PreviewedRows } from "../../shared/operations/domain/replay-report.ts";
import type { Connection } from "../../shared/postgres.ts";
import type { ProjectionTables } from "../projection-tables.ts";
import type { ReplayedTable } from "./replayed-table.ts";

/** Copies of Simon's tables that live in one transaction: what the projection does to them nobody else sees or waits for. */
export const OVERLAY_TABLES: ProjectionTables = { schema: "pg_temp", staging: "_overlay" };

/** A difference that a replay would make, as texts; null for nothing. */
export type SampleDifference = {
  readonly tenantId: string;
  readonly entityId: string;
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
  /** Of the tenant as the preview began. */
  readonly epoch: number;
};

/** Of each field. */
const SAMPLES = 20;

/**
 * Makes the copies, empty but for the epochs of tenants, which decide what is ignored. They go with the transaction.
 * @param tenantIds null for all
 */
export async function makeOverlay(
  tx: Connection,
  { name, id }: ReplayedTable,
  tenantIds: readonly string[] | null,
): Promise<void> {
  await tx.query(`create temp table ${name} (like simon.${name} including all) on commit drop`);
  await tx.query(
    `create temp table standing_rows (like simon.${name}, primary key (tenant_id, ${id})) on commit drop`,
  );
  await tx.query(
    `create temp table touched_rows (tenant_id text, entity_id text, is_told boolean not null default false,
       primary key (tenant_id, entity_id)) on commit drop`,
  );
  await tx.query("create temp table tenant_epochs (like simon.tenant_epochs including all) on commit drop");
  await tx.query(
    `insert into pg_temp.tenant_epochs select * from simon.tenant_epochs
     where $1::text[] is null or tenant_id = any($1)`,
    [tenantIds],
  );
}

/** Takes the rows of a chunk's keys over as they stand, before the chunk is applied; those that were taken over are left alone. */
export async function takeOver(
  tx: Connection,
  { name, id }: ReplayedTable,
  records: readonly RawRecord[],
): Promise<void> {
  const keys = records.flatMap(({ key, place }) => {
    const parsed = parseRecordKey(key?.toString() ?? "");
    return parsed === null ? [] : [{ ...parsed, place }];
  });
  if (keys.length === 0) return;
  const values = [
    keys.map(({ tenantId }) => tenantId),
    keys.map(({ entityId }) => entityId),
    keys.map(({ place }) => place),
  ];
  await tx.query(
    `with fresh as (
       insert into pg_temp.touched_rows (tenant_id, entity_id)
       select distinct tenant_id, entity_id from unnest($1::text[], $2::text[]) seen (tenant_id, entity_id)
       on conflict do nothing returning tenant_id, entity_id),
     standing as (
       select known.* from fresh join simon.${name} known
         on known.tenant_id = fresh.tenant_id and known.${id} = fresh.entity_id),
     kept as (insert into pg_temp.standing_rows select * from standing)
     insert into pg_temp.${name} select * from standing`,
    values.slice(0, 2),
  );
  await tx.query(
    `update pg_temp.touched_rows touched set is_told = true
     from unnest($1::text[], $2::text[], $3::bigint[]) seen (tenant_id, entity_id, place)
     join pg_temp.standing_rows known on known.tenant_id = seen.tenant_id and known.${id} = seen.entity_id
       and known.record_offset = seen.place
     where touched.tenant_id = seen.tenant_id and touched.entity_id = seen.entity_id and not touched.is_told`,
    values,
  );
}

const joined = ({ name, id }: ReplayedTable): string =>
  `from pg_temp.touched_rows touched
   left join pg_temp.standing_rows was on was.tenant_id = touched.tenant_id and was.${id} = touched.entity_id
   left join pg_temp.${name} now on now.tenant_id = touched.tenant_id and now.${id} = touched.entity_id`;

const versionOf = ({ version }: ReplayedTable, row: string): string =>
  `(${version.map((column) => `${row}.${column}`).join(", ")})`;

/** What became of the rows that were taken over, each once, and of how many tenants they are. */
export async function countOutcomes(
  tx: Connection,
  table: ReplayedTable,
): Promise<{ readonly rows: PreviewedRows; readonly tenants: number }> {
  const isSame = `${versionOf(table, "was")} is not distinct from ${versionOf(table, "now")}`;
  const { rows } = await tx.query<PreviewedRows & { tenants: number }>(
    `select count(*) filter (where was.tenant_id is null and now.tenant_id is not null) as inserted,
       count(*) filter (where was.tenant_id is not null and now.tenant_id is null) as wiped,
       count(*) filter (where was.tenant_id is not null and now.tenant_id is not null and not (${isSame})) as changed,
       count(*) filter (where was.tenant_id is not null and ${isSame} and touched.is_told) as equal,
       count(*) filter (where was.tenant_id is not null and now.tenant_id is not null and ${isSame}
         and not touched.is_told) as older,
       count(*) filter (where was.tenant_id is null and now.tenant_id is null) as absent,
       count(distinct touched.tenant_id) as tenants
     ${joined(table)}`,
  );
  const { tenants, ...counts } = rows[0] ?? { tenants: 0, ...NO_ROWS };
  return { rows: counts, tenants };
}

const NO_ROWS: PreviewedRows = { inserted: 0, changed: 0, wiped: 0, older: 0, equal: 0, absent: 0 };

/** Up to twenty rows of each field that would have another value. */
export async function sampleDifferences(
  tx: Connection,
  table: ReplayedTable,
): Promise<readonly SampleDifference[]> {
  const fields = table.fields.map((field) => `('${field}', was.${field}::text, now.${field}::text)`);
  const { rows } = await tx.query<SampleDifference>(
    `select "tenantId", "entityId", field, before, after, coalesce(epoch, 0) as epoch from (
       select touched.tenant_id as "tenantId", touched.entity_id as "entityId", one.field, one.before, one.after,
         row_number() over (partition by one.field order by touched.tenant_id, touched.entity_id) as rank
       ${joined(table)}
       cross join lateral (values ${fields.join(", ")}) one (field, before, after)
       where ${versionOf(table, "was")} is distinct from ${versionOf(table, "now")}
         and one.before is distinct from one.after) ranked
     left join pg_temp.tenant_epochs epochs on epochs.tenant_id = ranked."tenantId"
     where rank <= $1 order by field, "tenantId", "entityId"`,
    [SAMPLES],
  );
  return rows;
}
