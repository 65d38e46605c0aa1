import { createHash } from "node:crypto";
import type { Connection } from "../shared/postgres.ts";
import { copyRows, copyText } from "./copy-rows.ts";
import type { Change, Row } from "./domain/newest-rows.ts";
import { stagedRow } from "./staged-row.ts";
import type { TableDescription } from "./table-description.ts";
import { keyArrays, NOTHING_WRITTEN, type ProjectedTable, together, type Written } from "./written-rows.ts";

/**
 * What the projection does with a table. The statements are written out once for each description, at the start.
 * @param staging as of `ProjectionTables`
 */
export function projectedTable<T extends Change, Body, Stored>(
  description: TableDescription<T, Body, Stored>,
  staging: string,
): ProjectedTable<T> {
  const { entity, bodyOf } = description;
  const staged = stagedRow(description);
  const upsertStatements = upsert(description, staging);
  const newerStatement = newer(description);
  const goneStatement = markGone(description);
  const wipeStatement = wipe(description);

  const copy = async (tx: Connection, rows: Buffer): Promise<Written> =>
    (await copyRows<Written>(tx, upsertStatements, rows))[0] ?? NOTHING_WRITTEN;

  return {
    entity,
    wipe: async (tx, wipes) => {
      const values = [...keyArrays(wipes), wipes.map(({ belowEpoch }) => belowEpoch)];
      return (await tx.query(wipeStatement, values)).rowCount ?? 0;
    },
    newer: async (tx, rows) => {
      const values = [...keyArrays(rows), ...versionArrays(rows)];
      const { rows: found } = await tx.query<{ position: number }>(newerStatement, values);
      const positions = new Set(found.map(({ position }) => position));
      return rows.filter((_, index) => positions.has(index + 1));
    },
    copy,
    write: async (tx, rows, isWarned) => {
      const whole = rows.filter(({ change }) => bodyOf(change) !== null);
      const bare = rows.filter(({ change }) => bodyOf(change) === null);
      const written =
        whole.length === 0
          ? NOTHING_WRITTEN
          : await copy(tx, copyText(whole.map((row) => staged(row, isWarned(row)))));
      return bare.length === 0 ? written : together(written, await writeGone(tx, goneStatement, bare));
    },
  };
}

async function writeGone<T extends Change>(
  tx: Connection,
  statement: string,
  rows: readonly Row<T>[],
): Promise<Written> {
  const { rows: observed } = await tx.query<{ observedAtMs: number }>(statement, [
    ...keyArrays(rows),
    ...versionArrays(rows),
    rows.map(({ change }) => change.changedOn),
    rows.map(({ change }) => change.observedAt),
  ]);
  return {
    count: observed.length,
    observedAtMs: observed.slice(0, 200).map(({ observedAtMs }) => observedAtMs),
    mended: [],
  };
}

const versionArrays = <T extends Change>(rows: readonly Row<T>[]) => [
  rows.map(({ change }) => change.epoch),
  rows.map(({ change }) => change.revision),
  rows.map(({ place }) => place),
];

type Described = Pick<TableDescription<never, never>, "entity" | "table" | "id" | "shownAs"> & {
  readonly columns: readonly { readonly name: string; readonly type: string; readonly merged?: string }[];
};

/** Wipes rows; what Simon has of its own, such as work addresses and rows made by hand after an emptying, stays. */
const wipe = ({ table, id }: Described): string => `
delete from ${table} known using unnest($1::text[], $2::text[], $3::int[]) wipe (tenant_id, ${id}, below_epoch)
where known.tenant_id = wipe.tenant_id and known.${id} = wipe.${id}
  and (wipe.below_epoch is null or known.epoch > 0 and known.epoch < wipe.below_epoch)`;

/** Positions, from 1, of those rows that are newer than what is there. */
const newer = ({ table, id }: Described): string => `
select position::int from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[])
  with ordinality seen (tenant_id, ${id}, epoch, revision, record_offset, position)
where not exists (
  select from ${table} known
  where known.tenant_id = seen.tenant_id and known.${id} = seen.${id}
    and (known.epoch, known.revision, known.record_offset) >= (seen.epoch, seen.revision, seen.record_offset))`;

/**
 * A row that is gone and came without its fields keeps them. One that Simon never had, or that the cleaning has removed,
 * stays absent: only its version is kept.
 */
const markGone = ({ table, id }: Described): string => `
insert into ${table} as known
  (tenant_id, ${id}, epoch, revision, record_offset, changed_on, observed_at, origin, state)
select tenant_id, ${id}, epoch, revision, record_offset, changed_on, to_timestamp(observed_at_ms / 1000.0),
  'unit4', 'removed'
from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::date[], $7::bigint[])
  gone (tenant_id, ${id}, epoch, revision, record_offset, changed_on, observed_at_ms)
on conflict (tenant_id, ${id}) do update set
  epoch = excluded.epoch, revision = excluded.revision, record_offset = excluded.record_offset,
  origin = excluded.origin, changed_on = excluded.changed_on,
  observed_at = excluded.observed_at, updated_at = now(),
  state = case known.state when 'removed' then 'removed' else 'gone' end
where (known.epoch, known.revision, known.record_offset)
  < (excluded.epoch, excluded.revision, excluded.record_offset)
returning (extract(epoch from observed_at) * 1000)::bigint as "observedAtMs"`;

/** Stages rows by COPY and writes those that are newer (M14); one row says what came of them. */
function upsert({ entity, table, id, shownAs, columns }: Described, suffix: string): string {
  const fields = columns.map(({ name }) => name).join(", ");
  const typed = columns.map(({ name, type }) => `${name} ${type}`).join(", ");
  // Behind a pooler a table of another release's columns may still be there on the connection.
  const staging = `staged_${entity}s_${createHash("sha256").update(typed).digest("hex").slice(0, 12)}${suffix}`;
  const merged = columns.map(({ name, merged: by = `excluded.${name}` }) => `${name} = ${by}`).join(", ");
  return `
create temp table if not exists ${staging} (
  tenant_id text, ${id} text, epoch integer, revision bigint, record_offset bigint, state text, ${typed},
  changed_on date, observed_at_ms float8, warned boolean
) on commit delete rows;
delete from ${staging};
copy ${staging} from stdin;
with written as (
  insert into ${table} as known (
    tenant_id, ${id}, epoch, revision, record_offset, state, ${fields}, changed_on, warned, observed_at, origin)
  select
    tenant_id, ${id}, epoch, revision, record_offset, state, ${fields}, changed_on, warned,
    to_timestamp(observed_at_ms / 1000), 'unit4'
  from ${staging}
  on conflict (tenant_id, ${id}) do update set
    epoch = excluded.epoch, revision = excluded.revision, record_offset = excluded.record_offset,
    state = excluded.state, ${merged}, changed_on = excluded.changed_on, warned = excluded.warned,
    observed_at = excluded.observed_at, origin = excluded.origin, updated_at = now(),
    kept_since = case excluded.state when 'active' then null else known.kept_since end
  where (known.epoch, known.revision, known.record_offset)
    < (excluded.epoch, excluded.revision, excluded.record_offset)
  returning new.tenant_id, new.${id}, new.${shownAs} as shown_as, new.epoch, new.revision, new.observed_at,
    old.warned and not new.warned as is_clean, old.kept_since is not null and new.kept_since is null as is_usable
)
select
  (select count(*)::int from written) as count,
  array(select extract(epoch from observed_at)::float8 * 1000 from written limit 200) as "observedAtMs",
  (select coalesce(json_agg(json_build_object('tenantId', tenant_id, 'entityId', ${id}, 'name', shown_as,
     'epoch', epoch, 'revision', revision, 'writtenAtMs', round(extract(epoch from now()) * 1000),
     'isClean', is_clean, 'isUsable', is_usable)), '[]')
   from written where is_clean or is_usable) as mended`;
}
