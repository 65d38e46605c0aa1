import type { ChangeKind } from "../../schemas/records.ts";
import type { RecordEncoder } from "../shared/avro.ts";
import { recordKey } from "../shared/domain/record-key.ts";
import type { OutgoingRecord } from "../shared/kafka/producer.ts";
import type { Connection } from "../shared/postgres.ts";
import { repairHeaders, tombstoneHeaders } from "./domain/change-record.ts";
import type { LatestRecord } from "./domain/latest-records.ts";
import type { Change } from "./domain/newest-rows.ts";
import type { TableDescription } from "./table-description.ts";
import { keyArrays } from "./written-rows.ts";

/**
 * Records that have to stand behind records of which Simon knew better, so that compaction keeps the newest of each key
 * (case O53): the row as it stands, under its own version, or the tombstone of an emptying. A record that was read
 * before, such as in a replay, is older than the row by its offset too, and gives none.
 */
export type FindRepairs = (
  tx: Connection,
  latest: readonly LatestRecord[],
) => Promise<readonly OutgoingRecord[]>;

/** Reads rows of a table that are newer than the last record of their key. The caller holds the tenants' epochs. */
export function repairsFrom<T extends Change, Body, Stored>(
  description: TableDescription<T, Body, Stored>,
  topic: string,
  encoder: RecordEncoder<T>,
): FindRepairs {
  const statement = standing(description);
  return async (tx, latest) => {
    if (latest.length === 0) return [];
    const { rows } = await tx.query<Standing & Stored>(statement, [
      ...keyArrays(latest),
      latest.map(({ epoch }) => epoch),
      latest.map(({ revision }) => revision),
      latest.map(({ place }) => place),
      latest.map(({ tombstoneEpoch }) => tombstoneEpoch),
    ]);
    return rows.map((row): OutgoingRecord => {
      const key = recordKey(row.tenantId, row.entityId);
      if (row.head === null)
        return { topic, key, value: null, headers: tombstoneHeaders(row.tombstoneEpoch ?? 0) };
      const { isWarned, state, ...head } = row.head;
      const change = { ...head, tenantId: row.tenantId, change: KINDS[state], stateCode: null };
      const isGone = change.change === "gone";
      const value = encoder.encode(description.changeOf(change, row.entityId, isGone ? null : row));
      return { topic, key, value, headers: repairHeaders(isWarned) };
    });
  };
}

type State = "active" | "inactive" | "gone" | "unknown" | "removed";

const KINDS: Readonly<Record<State, ChangeKind>> = {
  active: "present",
  inactive: "inactive",
  gone: "gone",
  removed: "gone",
  unknown: "unknown",
};

type Standing = {
  readonly tenantId: string;
  readonly entityId: string;
  readonly tombstoneEpoch: number | null;
  /** Null where Simon has no such row from Unit4. */
  readonly head:
    | (Pick<Change, "epoch" | "revision" | "observedAt" | "changedOn"> & {
        readonly state: State;
        readonly isWarned: boolean;
      })
    | null;
};

const standing = ({
  table,
  id,
  columns,
}: Pick<TableDescription<never, never>, "table" | "id"> & {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}): string => `
select latest.tenant_id as "tenantId", latest.${id} as "entityId", latest.tombstone_epoch as "tombstoneEpoch",
  case when known.epoch > 0 then json_build_object(
    'epoch', known.epoch, 'revision', known.revision, 'state', known.state, 'isWarned', known.warned,
    'changedOn', known.changed_on, 'observedAt', (extract(epoch from known.observed_at) * 1000)::bigint) end as head,
  ${columns.map(({ name }) => `known.${name}`).join(", ")}
  ${columns.flatMap(({ name, type }) => (type === "jsonb" ? `, known.${name} is not null as ${name}_known` : [])).join("")}
from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::int[])
  latest (tenant_id, ${id}, epoch, revision, record_offset, tombstone_epoch)
left join ${table} known on known.tenant_id = latest.tenant_id and known.${id} = latest.${id}
where (known.epoch, known.revision) > (latest.epoch, latest.revision) and known.record_offset < latest.record_offset
  or coalesce(known.epoch, 0) = 0 and latest.tombstone_epoch is not null`;
