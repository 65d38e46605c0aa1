import type { StretchChunk } from "../../shared/kafka/stretches/stretch-chunks.ts";
import type { TenantVerdict, Verdict } from "../../shared/operations/domain/replay-report.ts";
import type { Connection } from "../../shared/postgres.ts";
import type { Lane } from "./lane.ts";
import { makeOverlay } from "./overlay.ts";
import type { ReplayedTable } from "./replayed-table.ts";

const SHOWN = 100;

/**
 * Holds Simon's rows against the newest state that a range tells: the lane makes it anew from nothing, in a transaction that the caller
 * rolls back, and each row is compared with the one that stands. @returns null when it was halted
 */
export async function judgeReplay(
  tx: Connection,
  options: {
    readonly table: ReplayedTable;
    readonly lane: Lane;
    readonly tenantIds: readonly string[] | null;
    readonly chunks: AsyncIterable<StretchChunk>;
    readonly before: (chunk: StretchChunk) => Promise<boolean>;
  },
): Promise<Verdict | null> {
  const { table, lane } = options;
  await makeOverlay(tx, table, options.tenantIds);
  for await (const chunk of options.chunks) {
    if (!(await options.before(chunk))) return null;
    await lane.apply(tx, chunk.records);
  }
  const { rows: tenants } = await tx.query<TenantVerdict>(compared(table));
  const differing = tenants.filter((one) => one.missing + one.older + one.different > 0);
  const sum = (count: (one: TenantVerdict) => number): number =>
    tenants.reduce((total, one) => total + count(one), 0);
  return {
    isEqual: differing.length === 0,
    tenants: tenants.length,
    rows: sum(({ rows }) => rows),
    newer: sum(({ newer }) => newer),
    differing: differing.slice(0, SHOWN),
    shown: tenants.slice(0, SHOWN),
  };
}

/**
 * One row a tenant. What the cleaning emptied, or never was there, is compared by its version alone; what a version leaves as it was
 * counts where the range tells it.
 */
function compared({ name, id, version, fields, merged, isCleaned }: ReplayedTable): string {
  const versionOf = (row: string): string => `(${version.map((one) => `${row}.${one}`).join(", ")})`;
  const isBare = isCleaned ? "told.state = 'removed' or coalesce(known.state, '') = 'removed'" : "false";
  const textOf = (row: "told" | "known"): string => {
    const values = fields.map((field) => {
      const value = `${row}.${field}::text`;
      return merged.includes(field) ? `case when told.${field} is not null then ${value} end` : value;
    });
    return `${versionOf(row)}::text || case when ${isBare} then '' else row(${values.join(", ")})::text end`;
  };
  return `
    with pairs as (
      select told.tenant_id, told.${id} as entity_id, known.tenant_id is null as is_missing,
        ${versionOf("known")} > ${versionOf("told")} as is_newer, ${versionOf("known")} < ${versionOf("told")} as is_older,
        ${textOf("told")} as told_text, ${textOf("known")} as known_text
      from pg_temp.${name} told
      left join simon.${name} known on known.tenant_id = told.tenant_id and known.${id} = told.${id})
    select tenant_id as "tenantId", count(*) as rows, count(*) filter (where is_newer) as newer,
      count(*) filter (where is_missing) as missing, count(*) filter (where is_older) as older,
      count(*) filter (where not is_missing and not is_newer and not is_older and told_text <> known_text) as different,
      coalesce(bit_xor(hashtextextended(entity_id || told_text, 0)) filter (where is_newer is not true), 0)::text
        as "topicChecksum",
      coalesce(bit_xor(hashtextextended(entity_id || known_text, 0)) filter (where is_newer is not true), 0)::text
        as "rowsChecksum"
    from pairs group by tenant_id order by tenant_id`;
}
