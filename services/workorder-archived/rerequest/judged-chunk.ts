import type { OrderRequested, WorkorderArchived } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import type { RecordEncoder } from "../../shared/avro.ts";
import { recordKey } from "../../shared/domain/record-key.ts";
import type { Incoming } from "../../shared/kafka/incoming.ts";
import type { OutgoingRecord } from "../../shared/kafka/producer.ts";
import type { ListedWorkorder } from "../../shared/operations/domain/rerequest-report.ts";
import type { Connection } from "../../shared/postgres.ts";
import { eventId } from "../domain/archived-events.ts";
import { numberOf } from "../domain/decision.ts";
import { decideAll } from "../handler.ts";
import { type Judgement, judgeKnown, judgeMapped } from "./domain/judgement.ts";
import { type KnownWorkorder, knownWorkorders } from "./known-workorders.ts";

/** What becomes of the workorders of a chunk, and the requests of those whose order is requested again. */
export type JudgedChunk = {
  readonly workorders: readonly ListedWorkorder[];
  readonly requests: readonly OutgoingRecord[];
};

type ArchivedRecord = { readonly workorder: WorkorderArchived; readonly recordTimestampMs: number };
type Candidate = ArchivedRecord & { readonly sequence: number; readonly known: KnownWorkorder };

/**
 * Judges the latest decided event of each workorder; earlier ones, and repeats on the topic, say nothing. What has to be told was
 * told when it was decided: there are requests, and no messages and no outcomes.
 * @param seen workorders that were judged before, by `tenantId/workorderId`
 */
export async function judgeChunk(
  tx: Connection,
  incoming: readonly Incoming<WorkorderArchived>[],
  {
    requests,
    seen,
  }: { readonly requests: RecordEncoder<OrderRequested>; readonly seen: ReadonlySet<string> },
): Promise<JudgedChunk> {
  const { candidates, undecided } = await latestOf(tx, incoming, seen);
  const judged = candidates.map((one) => ({ ...one, judgement: judgeKnown(one.sequence, one.known) }));
  const open = judged.filter(({ judgement }) => judgement === null);
  const decisions = await decideAll(tx, open);
  const mapped = open.flatMap(({ workorder, known }, index) => {
    const decision = decisions[index];
    return decision === undefined ? [] : [{ workorder, decision, judgement: judgeMapped(decision, known) }];
  });
  return {
    workorders: [
      ...undecided.map((workorder) => listedAs(workorder, { why: "undecided", detail: "" })),
      ...judged.flatMap(({ workorder, judgement }) =>
        judgement === null ? [] : [listedAs(workorder, judgement)],
      ),
      ...mapped.map(({ workorder, judgement }) => listedAs(workorder, judgement)),
    ],
    requests: mapped.flatMap(({ decision, judgement }) =>
      judgement === null && decision.kind === "requested" ? [requestOf(requests, decision.request)] : [],
    ),
  };
}

/** Of the workorders of a chunk the events that were decided last, each once, and what was not decided yet. */
async function latestOf(
  tx: Connection,
  incoming: readonly Incoming<WorkorderArchived>[],
  seen: ReadonlySet<string>,
): Promise<{ readonly candidates: readonly Candidate[]; readonly undecided: readonly WorkorderArchived[] }> {
  const records = incoming.flatMap(({ value, timestampMs }) =>
    value === null ? [] : [{ workorder: value, recordTimestampMs: timestampMs }],
  );
  const known = await knownWorkorders(
    tx,
    records.map(({ workorder }) => workorder),
  );
  const candidates = new Map<string, Candidate>();
  const undecided: WorkorderArchived[] = [];
  for (const record of records) {
    const key = recordKey(record.workorder.tenantId, record.workorder.workorderId);
    const id = eventId(record.workorder);
    const about = known.get(key);
    if (about === undefined || !about.events.includes(id)) undecided.push(record.workorder);
    else if (about.latest === id && !seen.has(key) && !candidates.has(key))
      candidates.set(key, { ...record, known: about, sequence: about.events.indexOf(id) + 1 });
  }
  return { candidates: [...candidates.values()], undecided };
}

const requestOf = (requests: RecordEncoder<OrderRequested>, request: OrderRequested): OutgoingRecord => ({
  topic: TOPICS.orderRequested.name,
  key: recordKey(request.tenantId, request.workorderId),
  value: requests.encode({ ...request, lookFirst: true }),
});

const listedAs = (workorder: WorkorderArchived, judgement: Judgement): ListedWorkorder => ({
  tenantId: workorder.tenantId,
  workorderId: workorder.workorderId,
  number: numberOf(workorder),
  archivedAt: workorder.archivedAt,
  why: judgement?.why ?? null,
  detail: judgement?.detail ?? "",
});
