import assert from "node:assert/strict";
import { TOPICS } from "../../schemas/topics.ts";
import { Unreadable } from "../../services/shared/domain/wire-format.ts";
import { createDeadLetters } from "../../services/shared/kafka/dead-letter.ts";
import type { RawRecord } from "../../services/shared/kafka/incoming.ts";
import { createKafkaTelemetry } from "../../services/shared/kafka/kafka-telemetry.ts";
import type { LetterState } from "../../services/shared/operations/domain/letter-states.ts";
import type { LettersPlan, LettersProgress } from "../../services/shared/operations/domain/letters-report.ts";
import {
  type DISCARD,
  type LettersWish,
  PUT_BACK,
} from "../../services/shared/operations/domain/letters-wish.ts";
import { askOperation, findOperation } from "../../services/shared/operations/operation-store.ts";
import { createTelemetry } from "../../services/shared/telemetry.ts";
import { customerChanged } from "./records.ts";
import { until } from "./until.ts";
import type { World } from "./world.ts";

const ALL: LettersWish = {
  ...{ topic: null, partition: null, fromOffset: null, toOffset: null, fromMs: null, toMs: null },
  ...{ cause: null, consumerGroup: null, tenantIds: null, exceptTenantIds: null },
  ...{ isNamed: false, recordsPerSecond: null },
};

/** Asks for an operation on letters, to begin at once. @returns its number */
export const askForLetters = (
  { pool }: Pick<World, "pool">,
  wish: Partial<LettersWish> = {},
  kind: typeof PUT_BACK | typeof DISCARD = PUT_BACK,
): Promise<number> => {
  const asked = { name: "a test", reason: "its cause is mended", requestedBy: "vera", tenantIds: null };
  return askOperation(pool, { ...asked, kind, wish: { ...ALL, ...wish }, beginsAtOnce: true });
};

/** Waits until an operation is done. */
export const lettersDone = (
  { pool }: Pick<World, "pool">,
  operationId: number,
): Promise<{ readonly plan: LettersPlan; readonly result: LettersProgress }> =>
  until("the operation", async () => {
    const operation = await findOperation(pool, operationId);
    assert.equal(operation?.failure ?? null, null);
    if (operation?.state !== "done") return null;
    return { plan: operation.plan as LettersPlan, result: operation.result as LettersProgress };
  });

/** A row of log.dead_letters as tests look at it. */
export type StoredLetter = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly tenantId: string | null;
  readonly reason: string;
  readonly state: LetterState;
  readonly putBacks: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headerBytes: Buffer | null;
  readonly history: readonly { readonly act: string; readonly attempt?: number; readonly place?: string }[];
};

/** All letters, in the order of their places. */
export async function lettersIn({ pool }: Pick<World, "pool">): Promise<readonly StoredLetter[]> {
  const { rows } = await pool.query<StoredLetter>(
    `select topic, partition, record_offset as "offset", tenant_id as "tenantId", reason, state, put_backs as "putBacks", key, value,
       header_bytes as "headerBytes", history
     from log.dead_letters order by topic, partition, record_offset, consumer_group`,
  );
  return rows;
}

/** Waits until there are so many letters, all of them in that state. */
export const untilLetters = (world: Pick<World, "pool">, count: number, state: LetterState) =>
  until(`${count} letters that are ${state}`, async () => {
    const letters = await lettersIn(world);
    return letters.length === count && letters.every((one) => one.state === state) ? letters : null;
  });

/** Sets records aside for a group as it does itself, though nothing is wrong with them, as when their schema was unknown for a minute. */
export async function setAside(world: World, group: string, records: readonly RawRecord[]): Promise<void> {
  const topics = [...new Set(records.map(({ topic }) => topic))];
  const telemetry = createKafkaTelemetry(createTelemetry("test", "silent"), topics);
  const letters = createDeadLetters(world.publisher, telemetry, Date.now);
  const error = new Unreadable("SCHEMA_ID_UNKNOWN", "schema id 7 is unknown");
  for (let from = 0; from < records.length; from += 1_000)
    await letters.send(
      group,
      records.slice(from, from + 1_000).map((record) => ({ record, error })),
    );
}

/**
 * Sets changes of customers aside: of ten tenants, `t0/K0` on. The first ones can never be processed.
 * @param poison how many of them
 */
export async function setCustomersAside(world: World, count: number, poison = 0): Promise<void> {
  const { name: topic, schema } = TOPICS.customerChanged;
  const encoder = await world.avro.encoder<object>(topic, schema);
  const records = Array.from({ length: count }, (_, number): RawRecord => {
    const [tenantId, customerId] = [`t${number % 10}`, `K${number}`];
    const value = encoder.encode(customerChanged(tenantId, customerId, {}));
    return {
      ...{ topic, partition: number % 3, offset: Math.floor(number / 3), place: number, timestampMs: 1 },
      ...{ headers: {}, headerBytes: null, key: Buffer.from(`${tenantId}/${customerId}`) },
      value: number < poison ? Buffer.from([0, 0, 0, 0xbe, 0xef, 7]) : value,
    };
  });
  await setAside(world, "simon-projector", records);
}
