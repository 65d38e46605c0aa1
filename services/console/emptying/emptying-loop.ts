import { letsGoWithinMs, TOPICS } from "../../../schemas/topics.ts";
import { recordKey } from "../../shared/domain/record-key.ts";
import type { OutgoingRecord } from "../../shared/kafka/producer.ts";
import { createLoop, type Loop, type LoopContext } from "../../shared/loop.ts";
import { type Connection, inTransaction, type Pool, type Queryable } from "../../shared/postgres.ts";
import type { PipelineLink } from "../parts/pipeline-link.ts";
import { bindToTenant } from "../parts/tenant-scope.ts";
import { emptiedMessages } from "./domain/emptied-messages.ts";
import { erasingPlan } from "./domain/erasing-plan.ts";
import { erasingReport, type PlaceReport } from "./domain/erasing-report.ts";
import type { SimonPart } from "./domain/simon-parts.ts";
import { eraseSlice, noteErasing } from "./erase-acts.ts";
import { emptySlice } from "./slice-acts.ts";

const LOOK_EVERY_MS = 500;
const BATCH = 2_000;
/** By then the tombstones may be compacted away together with what they wipe. */
const SETTLE_AFTER_MS = letsGoWithinMs(TOPICS.customerChanged) - 24 * 60 * 60 * 1000;

/**
 * Finishes emptyings: removes the rows that are left slice by slice, erases what other services keep of them, then sends the
 * tombstones to the compacted topics, so that compaction drops what was emptied; each batch is forgotten once the brokers have it. Days
 * later it makes sure that the topics compact. Each step is a transaction, so a process may be killed between any two; any number of
 * instances share the work, and emptyings take turns.
 */
export const createEmptyingLoop = (
  context: LoopContext<"tombstones">,
  { pool, pipeline }: { readonly pool: Pool; readonly pipeline: PipelineLink },
): Loop =>
  createLoop(context, {
    name: "tombstones",
    everyMs: LOOK_EVERY_MS,
    lost: "Emptied data are no longer wiped",
    beat: async () => {
      const taken: Emptying[] = [];
      try {
        return await inTransaction(pool, (tx) => takeStep(tx, pipeline, (emptying) => taken.push(emptying)));
      } catch (error) {
        // Rolled back with all the rest, its turn would be the next one again: others go first.
        for (const emptying of taken) await noteTurn(pool, emptying);
        throw error;
      }
    },
  });

type Emptying = {
  readonly tenantId: string;
  readonly epoch: number;
  readonly parts: readonly SimonPart[];
  readonly areRowsGone: boolean;
  readonly isErased: boolean;
  readonly isFinished: boolean;
  /** Its tenant is removed. */
  readonly removes: boolean;
  readonly eraseStep: number;
  readonly after: string | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly erased: Readonly<Record<string, number>>;
  readonly by: string;
  readonly at: Date;
  /** The database's clock. */
  readonly now: Date;
};

/** One slice or batch of one emptying, or its end. @returns whether there was one */
async function takeStep(
  tx: Connection,
  pipeline: PipelineLink,
  taken: (emptying: Emptying) => void,
): Promise<boolean> {
  const emptying = await lockOpenEmptying(tx);
  if (emptying === null) return false;
  taken(emptying);
  await bindToTenant(tx, emptying.tenantId);
  if (!emptying.areRowsGone) {
    await emptySlice(tx, emptying);
    return true;
  }
  if (!emptying.isErased) {
    await eraseNext(tx, emptying);
    return true;
  }
  const due = await takeTombstones(tx, emptying);
  if (due.length > 0) {
    await (await pipeline.publisher()).publish(due.map((one) => tombstone(emptying, one)));
    await noteTurn(tx, emptying);
    return true;
  }
  if (emptying.isFinished) {
    await (await pipeline.publisher()).publish(lastTombstones(emptying));
    await noteSettled(tx, emptying);
    return true;
  }
  // Only now: whoever reads that the data are gone finds them gone everywhere.
  if (!emptying.removes) await (await pipeline.messages()).log(emptiedMessages(emptying));
  await finishEmptying(tx, emptying, erasingReport({ ...emptying, atMs: emptying.now.getTime() }));
  return true;
}

/** One slice of what other services keep (rule A13). */
async function eraseNext(tx: Connection, emptying: Emptying): Promise<void> {
  const plan = erasingPlan(emptying.parts, emptying.removes);
  const step = plan[emptying.eraseStep];
  const slice = step === undefined ? { counts: {}, lastId: null } : await eraseSlice(tx, emptying, step);
  const isStepDone = slice.lastId === null;
  const isAll = isStepDone && emptying.eraseStep + 1 >= plan.length;
  const erased = await noteErasing(tx, emptying, slice, { isStepDone, isAll });
  // Finished before emptyings erased anything elsewhere.
  if (isAll && emptying.isFinished)
    await noteReport(tx, emptying, erasingReport({ ...emptying, erased, atMs: emptying.now.getTime() }));
}

async function lockOpenEmptying(tx: Connection): Promise<Emptying | null> {
  const { rows } = await tx.query<Emptying>(
    `select tenant_id as "tenantId", epoch, parts, rows_gone_at is not null as "areRowsGone",
       erased_at is not null as "isErased", finished_at is not null as "isFinished", removes, erase_step as "eraseStep",
       erase_after as after, counts, erased, by, at, clock_timestamp() as now
     from integration.emptyings
     where (finished_at is null or erased_at is null or settled_at is null)
       and (finished_at is null or erased_at is null or finished_at < now() - $1 * interval '1 millisecond')
     order by worked_at limit 1 for update skip locked`,
    [SETTLE_AFTER_MS],
  );
  return rows[0] ?? null;
}

/** Whose turn it was last is at the end of the row. */
async function noteTurn(tx: Queryable, { tenantId, epoch }: Emptying): Promise<void> {
  await tx.query(
    "update integration.emptyings set worked_at = clock_timestamp() where tenant_id = $1 and epoch = $2",
    [tenantId, epoch],
  );
}

type Due = { readonly entity: "customer" | "article"; readonly entityId: string };

/** Takes a batch away; it comes back when the transaction fails. */
async function takeTombstones(tx: Connection, { tenantId, epoch }: Emptying): Promise<readonly Due[]> {
  const { rows } = await tx.query<Due>(
    // By place, not by key: right after an emptying the planner knows nothing of so many new rows.
    `delete from integration.tombstones_due
     where ctid = any(array(select ctid from integration.tombstones_due where tenant_id = $1 and epoch = $2 limit $3))
     returning entity, entity_id as "entityId"`,
    [tenantId, epoch, BATCH],
  );
  return rows;
}

/** Wipes what is older than the new epoch, and nothing else (simon-projector reads the header). */
const tombstone = ({ tenantId, epoch }: Emptying, { entity, entityId }: Due): OutgoingRecord => ({
  topic: entity === "customer" ? TOPICS.customerChanged.name : TOPICS.articleChanged.name,
  key: recordKey(tenantId, entityId),
  value: null,
  headers: { epoch: String(epoch) },
});

/** Longer than any code of Unit4. */
const NOBODY = "emptied:nobody-has-this-code";

/**
 * The last segment of a partition rolls when something is written, and is not compacted before (rule A13): one more tombstone on the
 * tenant's partition of each topic, of a record that never was.
 */
const lastTombstones = (emptying: Emptying): readonly OutgoingRecord[] =>
  (["customer", "article"] as const).map((entity) => tombstone(emptying, { entity, entityId: NOBODY }));

async function finishEmptying(
  tx: Connection,
  { tenantId, epoch }: Emptying,
  report: readonly PlaceReport[],
): Promise<void> {
  await tx.query(
    "update integration.emptyings set finished_at = now(), report = $3 where tenant_id = $1 and epoch = $2",
    [tenantId, epoch, JSON.stringify(report)],
  );
}

async function noteReport(
  tx: Connection,
  { tenantId, epoch }: Emptying,
  report: readonly PlaceReport[],
): Promise<void> {
  await tx.query("update integration.emptyings set report = $3 where tenant_id = $1 and epoch = $2", [
    tenantId,
    epoch,
    JSON.stringify(report),
  ]);
}

async function noteSettled(tx: Connection, { tenantId, epoch }: Emptying): Promise<void> {
  await tx.query("update integration.emptyings set settled_at = now() where tenant_id = $1 and epoch = $2", [
    tenantId,
    epoch,
  ]);
}
