import type { WorkorderArchived } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import type { RecordEncoder } from "../../shared/avro.ts";
import { Failure } from "../../shared/domain/failure.ts";
import { recordKey } from "../../shared/domain/record-key.ts";
import type { TenantVisit } from "../access/visit.ts";
import type { PipelineLink } from "../parts/pipeline-link.ts";
import { type Arrival, noteArrival, noteArrivalPublished } from "./arrival-acts.ts";
import { contentHash } from "./domain/archived-body.ts";

type Acceptance =
  | { readonly kind: "accepted" }
  /** One archived at the same moment or later came in before, with other content. */
  | { readonly kind: "changed" };

export type AcceptWorkorder = (visit: TenantVisit, event: WorkorderArchived) => Promise<Acceptance>;

/**
 * Takes archived workorders from programs: noted, published, acknowledged by the broker, then accepted. The same one
 * again is accepted without a second event; after an outage or a crash in between its sender sends it again.
 */
export function acceptingWorkorders(pipeline: PipelineLink): AcceptWorkorder {
  const { name: topic, schema } = TOPICS.workorderArchived;
  let encoder: RecordEncoder<WorkorderArchived> | null = null;
  const encode = async (event: WorkorderArchived): Promise<Buffer> => {
    encoder ??= await pipeline.avro.encoder<WorkorderArchived>(topic, schema);
    return encoder.encode(event);
  };

  return async ({ inTenant }, event) => {
    if (!pipeline.isUp()) throw new Failure("KAFKA_UNAVAILABLE", "Kafka did not answer when last asked.");
    const { tenantId, workorderId, archivedAt } = event;
    const arrival: Arrival = { tenantId, workorderId, archivedAt, contentHash: contentHash(event) };
    const known = await inTenant((tx) => noteArrival(tx, arrival));
    if (known === "changed") return { kind: "changed" };
    if (known === "new") {
      const publisher = await pipeline.publisher();
      const value = await encode(event);
      await publisher.publish([{ topic, key: recordKey(tenantId, workorderId), value }]);
      await inTenant((tx) => noteArrivalPublished(tx, arrival));
    }
    return { kind: "accepted" };
  };
}
