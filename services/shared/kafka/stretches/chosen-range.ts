import type { Topic } from "../../../../schemas/topics.ts";
import { Failure } from "../../domain/failure.ts";
import { partitionsEver } from "../../domain/partitioner.ts";
import type { NotHeld, ReplayPlan, ReplayStretch } from "../../operations/domain/replay-report.ts";
import type { ReplayBound, ReplayWish } from "../../operations/domain/replay-wish.ts";
import { databaseTimeMs, type Pool } from "../../postgres.ts";
import { type KafkaClient, withAdmin } from "../client.ts";
import { partitionsAtFirst } from "../find-records.ts";
import { clusterIds } from "../log-identity.ts";
import { differs, loadPositions, type Position, type PositionsOf } from "../positions.ts";
import { type Bounds, topicBounds } from "../starting-positions.ts";
import { notHeld, type PartitionNow, stretchesOf } from "./domain/stretch-plan.ts";

/** What is frozen of a topic while an operation is planned that reads it again. */
export type Range = Pick<ReplayPlan, "topic" | "topicId" | "clusterId" | "stretches"> & {
  readonly notHeld: NotHeld | null;
};

type RangeTools = {
  readonly kafka: KafkaClient;
  readonly pool: Pool;
  /** Those of the service that reads the topic live. */
  readonly positions: PositionsOf;
};

/** Which part of a topic is wanted. */
type WantedRange = Pick<ReplayWish, "tenantIds" | "from" | "to"> & { readonly topic: Topic };

/**
 * Chooses what is read: the partitions in which the tenants ever were, up to where the live consumer is now.
 * @throws Failure KAFKA_UNAVAILABLE, REPLAY_TOO_EARLY, REPLAY_TOPIC_REPLACED
 */
export async function chooseRange(tools: RangeTools, wish: WantedRange): Promise<Range> {
  const { kafka, pool, positions: live } = tools;
  const { topic } = wish;
  const { clusterId, topicIds } = await clusterIds(kafka, [topic.name]);
  const bounds = await topicBounds(kafka, [topic.name]);
  const positions = (await loadPositions(pool, live)).filter((one) => one.topic === topic.name);
  const [from, to] = [
    await offsetsOf(kafka, topic.name, wish.from),
    await offsetsOf(kafka, topic.name, wish.to),
  ];
  const wanted = partitionsOf(wish, bounds.size, partitionsAtFirst(topic.name));
  const partitions = [...wanted]
    .sort((a, b) => a - b)
    .map((partition): PartitionNow => {
      const { low, high } = bounds.get(`${topic.name}/${partition}`) ?? EMPTY;
      const read = positions.find((one) => one.partition === partition);
      if (read === undefined)
        throw new Failure(
          "REPLAY_TOO_EARLY",
          `${live.group} has not begun to read partition ${partition} of ${topic.name}; ask again when it has.`,
        );
      refuseAnother(live.group, read, { topicId: topicIds.get(topic.name) ?? null, clusterId });
      const { generation, keysAmong } = read;
      return {
        ...{ partition, low, high, generation, keysAmong, live: read.nextOffset },
        from: from.get(partition) ?? null,
        to: to.get(partition) ?? null,
      };
    });
  const nowMs = await databaseTimeMs(pool);
  const fromMs = wish.from !== null && "atMs" in wish.from ? wish.from.atMs : null;
  return {
    topic: topic.name,
    topicId: topicIds.get(topic.name) ?? null,
    clusterId,
    stretches: stretchesOf(partitions),
    notHeld: notHeld(topic, { fromMs, nowMs, hasExpired: partitions.some(({ low }) => low > 0) }),
  };
}

/**
 * Refuses to go on with stretches of a topic that has become another one since.
 * @throws Failure KAFKA_UNAVAILABLE, REPLAY_TOPIC_REPLACED
 */
export async function requireSameTopic(
  { kafka, pool, positions: live }: RangeTools,
  plan: Pick<ReplayPlan, "topic" | "topicId" | "clusterId" | "stretches">,
): Promise<void> {
  const { clusterId, topicIds } = await clusterIds(kafka, [plan.topic]);
  refuseAnother(live.group, plan, { topicId: topicIds.get(plan.topic) ?? null, clusterId });
  const positions = (await loadPositions(pool, live)).filter((one) => one.topic === plan.topic);
  const moved = plan.stretches.find(({ partition, generation }: ReplayStretch) =>
    positions.some((one) => one.partition === partition && one.generation !== generation),
  );
  if (moved !== undefined) throw replaced(live.group, plan.topic);
}

const EMPTY: Bounds = { low: 0, high: 0 };

function refuseAnother(
  group: string,
  known: Pick<Position, "topic" | "topicId" | "clusterId">,
  now: Pick<Position, "topicId" | "clusterId">,
): void {
  if (differs(known.topicId, now.topicId) || differs(known.clusterId, now.clusterId))
    throw replaced(group, known.topic);
}

const replaced = (group: string, topic: string): Failure =>
  new Failure(
    "REPLAY_TOPIC_REPLACED",
    `${topic} is another topic than the one that was planned for; let ${group} read it, and ask anew.`,
  );

/** Partitions of an offset, of tenants, or all. */
function partitionsOf(wish: WantedRange, count: number, first: number): ReadonlySet<number> {
  const all = new Set(Array.from({ length: count }, (_, partition) => partition));
  const ofTenants =
    wish.tenantIds === null
      ? all
      : new Set(wish.tenantIds.flatMap((id) => [...partitionsEver(Buffer.from(id), count, first)]));
  const named = [wish.from, wish.to].flatMap((one) =>
    one !== null && "partition" in one ? [one.partition] : [],
  );
  return named.length === 0 ? ofTenants : new Set(named.filter((partition) => all.has(partition)));
}

/** Offsets of a bound by partition; none where there is no bound. */
async function offsetsOf(
  kafka: KafkaClient,
  topic: string,
  bound: ReplayBound | null,
): Promise<ReadonlyMap<number, number>> {
  if (bound === null) return new Map();
  if ("partition" in bound) return new Map([[bound.partition, bound.offset]]);
  const offsets = await withAdmin(kafka, (admin) =>
    admin.fetchTopicOffsetsByTimestamp(kafka.topicPrefix + topic, bound.atMs),
  );
  return new Map(offsets.map(({ partition, offset }) => [partition, Number(offset)]));
}
