import type { WorkorderArchived } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import type { Avro } from "../../shared/avro.ts";
import { derivedId } from "../../shared/domain/derived-id.ts";
import { Failure } from "../../shared/domain/failure.ts";
import { recordKey } from "../../shared/domain/record-key.ts";
import type { KafkaClient } from "../../shared/kafka/client.ts";
import { findRecords } from "../../shared/kafka/find-records.ts";
import type { OutgoingRecord, Publisher } from "../../shared/kafka/producer.ts";
import { databaseTimeMs, type Queryable } from "../../shared/postgres.ts";
import { findTenants } from "../../shared/tenants.ts";
import { type Act, type Actor, recordAct, signature } from "../parts/audit-store.ts";
import { planRetry, type RetryChoice, type RetryItem, type RetryPlan } from "./domain/retry.ts";
import { retryCandidates } from "./retry-queries.ts";

export type RetryOrder = {
  readonly tenantId: string;
  readonly choice: RetryChoice;
  /** Who sends them again. */
  readonly actor: Actor;
};

export type RetryParts = {
  /** As a role that may read the schemas `integration`, `simon` and `order_writer`. */
  readonly db: Queryable;
  readonly kafka: KafkaClient;
  readonly avro: Avro;
  readonly publisher: Publisher;
};

const { name: TOPIC, schema: SCHEMA } = TOPICS.workorderArchived;

/**
 * What `sendAgain` would do, without doing it. Reads Postgres only: whether an event is still on its topic shows when it
 * is sent.
 * @throws Failure TENANT_UNKNOWN, RETRY_WITHOUT_CHOICE
 */
export async function retryPreview(
  db: Queryable,
  { tenantId, choice }: Pick<RetryOrder, "tenantId" | "choice">,
): Promise<RetryPlan> {
  if (Object.values(choice).every((condition) => condition === null || condition === undefined))
    throw new Failure("RETRY_WITHOUT_CHOICE", "Name a workorder, a cause or a range of days to send again.");
  const tenant = (await findTenants(db, [tenantId])).get(tenantId);
  if (tenant === undefined)
    throw new Failure("TENANT_UNKNOWN", `There is no tenant ${tenantId}; check its spelling.`);
  const candidates = await retryCandidates(db, tenantId, choice);
  return planRetry(candidates, choice, { isActive: tenant.status === "active" });
}

/**
 * Sends workorders again (rules W17 and A9): publishes their own archived events once more, marked as a retry, so that
 * the mapping runs anew with today's customers and articles. The same outcome sent again twice is one retry.
 * @returns what was sent, and what was not
 * @throws Failure TENANT_UNKNOWN, RETRY_WITHOUT_CHOICE, KAFKA_UNAVAILABLE, REGISTRY_UNAVAILABLE, SCHEMA_NOT_REGISTERED
 */
export async function sendAgain(parts: RetryParts, order: RetryOrder): Promise<RetryPlan> {
  const plan = await retryPreview(parts.db, order);
  const events =
    plan.wouldSend.length === 0 ? NO_EVENTS : await archivedEvents(parts, order.tenantId, plan.wouldSend);
  const sent = plan.wouldSend.filter(({ workorderId }) => events.has(workorderId));
  const expired = plan.wouldSend
    .filter(({ workorderId }) => !events.has(workorderId))
    .map(({ workorderId, number }) => ({
      workorderId,
      number,
      why: "EVENT_EXPIRED" as const,
      orderId: null,
    }));
  const done = { wouldSend: sent, notSent: [...plan.notSent, ...expired] };
  const records = sent.length === 0 ? [] : await retryRecords(parts, order, sent, events);
  // Before the first one goes: nothing is sent that nobody is known to have sent.
  await recordAct(parts.db, askedAgain(order, done));
  if (records.length > 0) await parts.publisher.publish(records);
  return done;
}

const NO_EVENTS: ReadonlyMap<string, WorkorderArchived> = new Map();
/** Named of what was not sent at most: a cause can have tens of thousands. */
const MOST_NOTED = 50;

/** The workorders that somebody asked for by name; where none of them could go, those alone are known. */
const askedFor = (choice: RetryChoice, notSent: readonly string[]): readonly string[] =>
  (notSent.length > 0 ? notSent : (choice.picked ?? [choice.workorder ?? ""])).slice(0, MOST_NOTED);

/** What a person asked for, whether anything is sent or not (O49). */
export function askedAgain({ tenantId, actor, choice }: RetryOrder, { wouldSend, notSent }: RetryPlan): Act {
  const isNothing = wouldSend.length === 0;
  const named = ({ number, workorderId }: { readonly number: string; readonly workorderId: string }) =>
    number || workorderId;
  return {
    tenantId,
    actor,
    act: isNothing ? "WORKORDERS_NOT_SENT_AGAIN" : "WORKORDERS_SENT_AGAIN",
    details: {
      cause: choice.cause,
      workorders: isNothing ? askedFor(choice, notSent.map(named)) : wouldSend.map(named),
      notSent: notSent
        .slice(0, MOST_NOTED)
        .map((one) => ({ workorder: named(one), why: one.why, orderId: one.orderId })),
      notSentCount: notSent.length,
    },
  };
}

/** The events of these workorders that their topic still has, by workorder. */
async function archivedEvents(
  { kafka, avro }: RetryParts,
  tenantId: string,
  items: readonly RetryItem[],
): Promise<ReadonlyMap<string, WorkorderArchived>> {
  const records = await findRecords(
    kafka,
    TOPIC,
    items.map(({ workorderId, eventAt }) => ({
      key: recordKey(tenantId, workorderId),
      timestampMs: eventAt,
    })),
  );
  const values = records.flatMap(({ value }) => (value === null ? [] : [value]));
  const decoder = avro.decoder<WorkorderArchived>(SCHEMA);
  await decoder.prepare(values);
  return new Map(
    values.map((value) => decoder.decode(value)).map((event) => [event.workorderId, event] as const),
  );
}

async function retryRecords(
  { db, avro }: RetryParts,
  { tenantId, actor }: RetryOrder,
  items: readonly RetryItem[],
  events: ReadonlyMap<string, WorkorderArchived>,
): Promise<readonly OutgoingRecord[]> {
  const encoder = await avro.encoder<WorkorderArchived>(TOPIC, SCHEMA);
  const nowMs = await databaseTimeMs(db);
  return items.flatMap(({ workorderId, archivedAt, eventAt }) => {
    const event = events.get(workorderId);
    if (event === undefined) return [];
    const id = derivedId("retry", tenantId, workorderId, archivedAt, eventAt);
    // Later than the retry that it repeats, so that the ledger knows the newer one whatever the clock did.
    const at = Math.max(nowMs, (event.retry?.at ?? 0) + 1);
    const value = encoder.encode({ ...event, retry: { id, at, by: signature(actor) } });
    return [{ topic: TOPIC, key: recordKey(tenantId, workorderId), value }];
  });
}
