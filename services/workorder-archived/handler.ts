import type { OrderRequested, OrderSettled, WorkorderArchived } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import type { RecordDecoder, RecordEncoder } from "../shared/avro.ts";
import { parseRecordKey, recordKey } from "../shared/domain/record-key.ts";
import type { Incoming, RawRecord } from "../shared/kafka/incoming.ts";
import { type PostgresRoute, route } from "../shared/kafka/postgres-route.ts";
import type { OutgoingRecord } from "../shared/kafka/producer.ts";
import type { MessageLog } from "../shared/messages.ts";
import { type Connection, databaseTimeMs, type Queryable } from "../shared/postgres.ts";
import { activationsOf, findTenants, settingsVersions } from "../shared/tenants.ts";
import { type LatestDecision, lockKnownEvents, storeKnownEvents } from "./decided-workorders.ts";
import { admit } from "./domain/archived-events.ts";
import { checkWorkorder } from "./domain/check-workorder.ts";
import type { ArchivedEvent, Decision } from "./domain/decision.ts";
import { type OrderRequestInput, orderRequestFrom } from "./domain/order-request.ts";
import type { SimonArticle } from "./domain/simon-row.ts";
import { findSimonRows, type SimonRows } from "./simon-lookups.ts";
import type { WorkorderTelemetry } from "./telemetry.ts";

export type HandlerParts = {
  readonly db: Queryable;
  readonly decoder: RecordDecoder<WorkorderArchived>;
  readonly requests: RecordEncoder<OrderRequested>;
  readonly settlements: RecordEncoder<OrderSettled>;
  readonly messages: Pick<MessageLog, "records">;
  readonly telemetry: WorkorderTelemetry;
};

/**
 * Archived workorders become order requests, or settled orders with messages that say why not; the ledger learns of
 * both. Each is decided once, whatever is read again. One statement per table for a whole chunk. A workorder of a tenant
 * that nobody registered is set aside: there is nobody to tell.
 */
export const archivedWorkorders = (parts: HandlerParts): PostgresRoute =>
  workorderRoute(parts, (tx, incoming) => decideNew(parts, tx, incoming));

/** The route of archived workorders. @param apply what is done with those that make sense */
export function workorderRoute(
  { db, decoder }: Pick<HandlerParts, "db" | "decoder">,
  apply: (
    tx: Connection,
    incoming: readonly Incoming<WorkorderArchived>[],
  ) => Promise<readonly OutgoingRecord[]>,
): PostgresRoute {
  const { name: topic } = TOPICS.workorderArchived;
  return {
    topic,
    prepare: async (records) => {
      const tenants = await findTenants(db, tenantsNamedBy(records));
      return route<WorkorderArchived>({
        ...{ topic, decoder, tombstones: false, apply },
        check: ({ value, key, tenantId }) => checkWorkorder(value, key, tenants.has(tenantId)),
      }).prepare(records);
    },
  };
}

/** Decides what was not decided before, and notes that it was. */
async function decideNew(
  parts: HandlerParts,
  tx: Connection,
  incoming: readonly Incoming<WorkorderArchived>[],
): Promise<readonly OutgoingRecord[]> {
  const events = incoming.flatMap(({ value, timestampMs, partition, offset }) =>
    value === null ? [] : [{ workorder: value, recordTimestampMs: timestampMs, partition, offset }],
  );
  const workorders = events.map(({ workorder }) => workorder);
  const { fresh, repeated, known } = admit(events, await lockKnownEvents(tx, workorders));
  parts.telemetry.repeated(repeated);
  const decided = await decideAll(
    tx,
    fresh.map(({ event, sequence }) => ({ ...event, sequence })),
  );
  const latest = new Map<string, LatestDecision>();
  for (const [index, { event, id }] of fresh.entries()) {
    const decision = decided[index]?.kind;
    const { tenantId, workorderId } = event.workorder;
    if (decision !== undefined) latest.set(recordKey(tenantId, workorderId), { event: id, decision });
  }
  await storeKnownEvents(tx, known, latest);
  return decided.flatMap((decision) => {
    parts.telemetry.decided(decision);
    return recordsOf(parts, decision);
  });
}

/** What becomes of these events, in their order: by the rows and settings that there are now. */
export async function decideAll(
  tx: Connection,
  undated: readonly Omit<ArchivedEvent, "decidedAtMs">[],
): Promise<readonly Decision[]> {
  if (undated.length === 0) return [];
  const decidedAtMs = await databaseTimeMs(tx);
  const workorders = undated.map(({ workorder }) => workorder);
  const tenantIds = [...new Set(workorders.map(({ tenantId }) => tenantId))];
  const tenants = await findTenants(tx, tenantIds);
  const activations = await activationsOf(tx, tenantIds);
  const versions = await settingsVersions(tx, tenantIds);
  const simon = await findSimonRows(tx, workorders);
  return undated.map((event) => {
    const { tenantId } = event.workorder;
    return orderRequestFrom({
      ...{ ...event, decidedAtMs },
      administration: tenants.get(tenantId)?.administration ?? "",
      activations: activations.get(tenantId) ?? [],
      settingsVersions: versions.get(tenantId) ?? [],
      ...simonRowsOf(event.workorder, simon),
    });
  });
}

/** Tenant ids in the keys. One with a NUL character is nobody's, and Postgres refuses to look for it. */
function tenantsNamedBy(records: readonly RawRecord[]): readonly string[] {
  const ids = records.map(({ key }) => parseRecordKey(key?.toString() ?? "")?.tenantId ?? "");
  return [...new Set(ids)].filter((id) => id !== "" && !id.includes("\0"));
}

function simonRowsOf(
  { tenantId, customerId, materials }: WorkorderArchived,
  { customers, articles }: SimonRows,
): Pick<OrderRequestInput, "customer" | "articles"> {
  const used = new Map<string, SimonArticle>();
  for (const { articleId } of materials) {
    const article = articles.get(recordKey(tenantId, articleId));
    if (article !== undefined) used.set(articleId, article);
  }
  const customer = customerId === null ? undefined : customers.get(recordKey(tenantId, customerId));
  return { customer: customer ?? null, articles: used };
}

function recordsOf(parts: HandlerParts, decision: Decision): readonly OutgoingRecord[] {
  if (decision.kind === "requested") {
    const { request, warnings } = decision;
    const key = recordKey(request.tenantId, request.workorderId);
    return [
      { topic: TOPICS.orderRequested.name, key, value: parts.requests.encode(request) },
      ...parts.messages.records(warnings),
    ];
  }
  const { settled, withdrawal } = decision;
  const key = recordKey(settled.tenantId, settled.workorderId);
  return [
    { topic: TOPICS.orderRequested.name, key, value: parts.requests.encode(withdrawal) },
    { topic: TOPICS.orderSettled.name, key, value: parts.settlements.encode(settled) },
    ...parts.messages.records(decision.kind === "refused" ? decision.errors : decision.messages),
  ];
}
