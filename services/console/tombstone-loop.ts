import { TOPICS } from "../../schemas/topics.ts";
import { pause } from "../shared/clock.ts";
import { describeError, Failure } from "../shared/domain/failure.ts";
import { recordKey } from "../shared/domain/record-key.ts";
import { outageOf } from "../shared/kafka/hold.ts";
import type { OutgoingRecord } from "../shared/kafka/producer.ts";
import { type Connection, inTransaction, type Pool } from "../shared/postgres.ts";
import type { Part } from "../shared/service.ts";
import { emptiedMessages } from "./emptying/domain/emptied-messages.ts";
import type { PipelineLink } from "./parts/pipeline-link.ts";
import type { ConsoleTelemetry } from "./telemetry.ts";

const LOOK_EVERY_MS = 500;
const REST_MS = 5_000;
const BATCH = 2_000;

/**
 * Sends the tombstones of emptyings to the compacted topics, so that compaction drops what was emptied; each batch is
 * forgotten once the brokers have it. Any number of instances share the work.
 */
export function tombstoneLoop(options: {
  readonly pool: Pool;
  readonly pipeline: PipelineLink;
  readonly telemetry: ConsoleTelemetry;
  readonly onFailure: (failure: Failure) => void;
}): Part {
  const { pool, pipeline, telemetry } = options;
  const stopping = new AbortController();
  let loop: Promise<void> = Promise.resolve();

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const next = await turn();
      if (next !== "more") await pause(next === "nothing" ? LOOK_EVERY_MS : REST_MS, stopping.signal);
    }
  };
  const turn = async (): Promise<"more" | "nothing" | "down"> => {
    try {
      return await inTransaction(pool, (tx) => sendBatch(tx, pipeline));
    } catch (error) {
      if (outageOf(error) === null) throw error;
      telemetry.loopFailed("tombstones", describeError(error));
      return "down";
    }
  };
  return {
    name: "tombstones",
    start: async () => {
      loop = run().catch((error: unknown) =>
        options.onFailure(
          new Failure("LOOP_ENDED", "Emptied data are no longer wiped; the process must start again.", error),
        ),
      );
    },
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
}

type Emptying = {
  readonly tenantId: string;
  readonly epoch: number;
  readonly parts: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly by: string;
  readonly at: Date;
};

/** One batch of one emptying, or its end. */
async function sendBatch(tx: Connection, pipeline: PipelineLink): Promise<"more" | "nothing"> {
  const emptying = await lockOpenEmptying(tx);
  if (emptying === null) return "nothing";
  const due = await takeTombstones(tx, emptying);
  if (due.length > 0) {
    await (await pipeline.publisher()).publish(due.map((one) => tombstone(emptying, one)));
    return "more";
  }
  // Only now: whoever reads that the data are gone finds them gone everywhere.
  await (await pipeline.messages()).log(emptiedMessages(emptying));
  await finishEmptying(tx, emptying);
  return "more";
}

async function lockOpenEmptying(tx: Connection): Promise<Emptying | null> {
  const { rows } = await tx.query<Emptying>(
    `select tenant_id as "tenantId", epoch, parts, counts, by, at from integration.emptyings
     where finished_at is null order by at limit 1 for update skip locked`,
  );
  return rows[0] ?? null;
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

async function finishEmptying(tx: Connection, { tenantId, epoch }: Emptying): Promise<void> {
  await tx.query("update integration.emptyings set finished_at = now() where tenant_id = $1 and epoch = $2", [
    tenantId,
    epoch,
  ]);
}
