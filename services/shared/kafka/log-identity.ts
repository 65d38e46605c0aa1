import { type KafkaClient, kafkaFailure, withAdmin } from "./client.ts";
import type { Partition } from "./group-consumer.ts";
import { type Latest, type Position, partitionName } from "./positions.ts";
import { type Decoder, encoder, rawRequest, withBroker, withCluster } from "./raw-request.ts";

const METADATA = 3;
const WITH_IDS = 12;
const NO_ID = Buffer.alloc(16);

/** By what a topic is known, whatever its name (case O31). */
export type ClusterIds = {
  /** Null where the brokers give none. */
  readonly clusterId: string | null;
  /** By topic (without prefix), in hex; a topic that is not there has none. */
  readonly topicIds: ReadonlyMap<string, string>;
};

/**
 * The ids of the cluster and of topics (names without prefix), by which a topic that was made anew under its old name, or
 * stands in another cluster, is told from the old one. Brokers older than 3.0 have no topic ids. kafkajs speaks Metadata up
 * to version 6, which has none: this is version 12.
 * @throws Failure KAFKA_UNAVAILABLE, KAFKA_ACCESS_REFUSED
 */
export async function clusterIds(client: KafkaClient, topics: readonly string[]): Promise<ClusterIds> {
  try {
    const found = await withBroker(client, async (broker) => {
      if ((broker.versions[METADATA]?.maxVersion ?? 0) < WITH_IDS) return null;
      return broker.connectionPool.send<Found>(metadataOf(topics.map((topic) => client.topicPrefix + topic)));
    });
    if (found === null) {
      const { clusterId } = await withAdmin(client, (admin) => admin.describeCluster());
      return { clusterId, topicIds: new Map() };
    }
    return {
      clusterId: found.clusterId,
      topicIds: new Map(
        found.topics.flatMap(({ name, id }) =>
          id === null ? [] : [[name.slice(client.topicPrefix.length), id]],
        ),
      ),
    };
  } catch (error) {
    throw kafkaFailure(error, "Kafka gave no ids of its topics");
  }
}

type Found = { readonly clusterId: string | null; readonly topics: readonly FoundTopic[] };
type FoundTopic = { readonly name: string; readonly id: string | null };

const metadataOf = (names: readonly string[]) =>
  rawRequest({
    apiKey: METADATA,
    apiVersion: WITH_IDS,
    apiName: "Metadata",
    // The first empty bytes end the head of the request: no tagged fields.
    body: encoder()
      .writeUVarIntBytes()
      .writeUVarIntArray(
        names.map((name) => encoder().writeBuffer(NO_ID).writeUVarIntString(name).writeUVarIntBytes()),
      )
      .writeBoolean(false)
      .writeBoolean(false)
      .writeUVarIntBytes(),
    decode: topicsIn,
  });

function topicsIn(decoder: Decoder): Found {
  decoder.readTaggedFields();
  decoder.readInt32();
  decoder.readUVarIntArray((broker) => {
    broker.readInt32();
    broker.readUVarIntString();
    broker.readInt32();
    broker.readUVarIntString();
    broker.readTaggedFields();
  });
  const clusterId = decoder.readUVarIntString();
  decoder.readInt32();
  return { clusterId, topics: decoder.readUVarIntArray(topicIn) };
}

function topicIn(decoder: Decoder): FoundTopic {
  const isThere = decoder.readInt16() === 0;
  const name = decoder.readUVarIntString() ?? "";
  const id = decoder.readBytes(NO_ID.length);
  decoder.readBoolean();
  decoder.readUVarIntArray((partition) => {
    partition.readInt16();
    for (let numbers = 0; numbers < 3; numbers += 1) partition.readInt32();
    for (let lists = 0; lists < 3; lists += 1) partition.readUVarIntArray((list) => list.readInt32());
    partition.readTaggedFields();
  });
  decoder.readInt32();
  decoder.readTaggedFields();
  return { name, id: isThere && !id.equals(NO_ID) ? id.toString("hex") : null };
}

/** Without a wait for transactions, of which there are none. */
const READ_UNCOMMITTED = 0;

/**
 * The partitions that hold, before a position, a record later than all that were read of them there: they were cut off and
 * filled again, as by a cluster that came back as it was some time ago, under the same ids. Time stamps of records are
 * compared with each other alone, so that no clock can raise a false alarm.
 * @param positions those of which no latest record is known say nothing
 * @returns their names, as `partitionName` gives them
 * @throws Failure KAFKA_UNAVAILABLE, KAFKA_ACCESS_REFUSED
 */
export async function refilledPartitions(
  client: KafkaClient,
  positions: readonly Position[],
): Promise<ReadonlySet<string>> {
  const asked = positions.flatMap(({ topic, partition, nextOffset, latest }) =>
    latest === null ? [] : [{ topic, partition, nextOffset, ...latest }],
  );
  if (asked.length === 0) return new Set();
  const later = await firstLaterOffsets(client, asked);
  return new Set(
    asked
      .filter((position) => {
        const offset = later.get(partitionName(position));
        return offset !== undefined && offset >= position.since && offset < position.nextOffset;
      })
      .map(partitionName),
  );
}

type Asked = Partition & Pick<Latest, "recordMs">;

/** Where the first record stands that is later than the latest one that was read; absent where there is none. */
async function firstLaterOffsets(
  client: KafkaClient,
  positions: readonly Asked[],
): Promise<ReadonlyMap<string, number>> {
  const topics = [...new Set(positions.map(({ topic }) => topic))];
  try {
    return await withCluster(client, async (cluster) => {
      await cluster.addMultipleTargetTopics(topics.map((topic) => client.topicPrefix + topic));
      const found = new Map<string, number>();
      for (const topic of topics) {
        const ofTopic = positions.filter((one) => one.topic === topic);
        const leaders = cluster.findLeaderForPartitions(
          client.topicPrefix + topic,
          ofTopic.map(({ partition }) => partition),
        );
        for (const [nodeId, partitions] of Object.entries(leaders)) {
          const broker = await cluster.findBroker({ nodeId });
          const { responses } = await broker.listOffsets({
            isolationLevel: READ_UNCOMMITTED,
            topics: [{ topic: client.topicPrefix + topic, partitions: timesOf(ofTopic, partitions) }],
          });
          for (const { partition, offset } of responses.flatMap((one) => one.partitions))
            if (Number(offset) >= 0) found.set(partitionName({ topic, partition }), Number(offset));
        }
      }
      return found;
    });
  } catch (error) {
    throw kafkaFailure(error, "Kafka gave no offsets by time");
  }
}

const timesOf = (positions: readonly Asked[], partitions: readonly number[]) =>
  positions
    .filter(({ partition }) => partitions.includes(partition))
    .map(({ partition, recordMs }) => ({ partition, timestamp: recordMs + 1 }));
