import { pause } from "../clock.ts";
import type { Failure } from "../domain/failure.ts";
import type { KafkaClient } from "./client.ts";
import { outageOf } from "./hold.ts";
import { clusterIds } from "./log-identity.ts";
import { differs, type Position } from "./positions.ts";

/** A topic that was made anew is read from its beginning within so long; and how old what we know of its ends may be. */
const LOOK_EVERY_MS = 5_000;

export type Watch = { stop(): Promise<void> };

/**
 * Looks now and every 5 s, by a clock of its own. While Kafka or Postgres is away nothing is seen, and the next look sees
 * it; any other error ends the watch.
 */
export function lookAgainAndAgain(look: () => Promise<void>, onError: (failure: Failure) => void): Watch {
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    do {
      try {
        await look();
      } catch (error) {
        if (outageOf(error) === null) throw error;
      }
    } while (await pause(LOOK_EVERY_MS, stopping.signal));
  };
  const running = run().catch(onError);
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/**
 * Looks again and again whether topics are still the ones they were: neither the brokers nor kafkajs say so by
 * themselves to a consumer that runs (case O31). Nor does Postgres say that it lost the last moves of a position, as after a
 * failover or a backup (case O27).
 * @param on.reading ids of the topic (name without prefix) that the consumer reads, and of its cluster; undefined before it
 * reads any
 */
export function watchTopics(
  client: KafkaClient,
  topics: readonly string[],
  on: {
    readonly reading: (topic: string) => Pick<Position, "topicId" | "clusterId"> | undefined;
    /** Whether the stored positions are behind where they were moved to. */
    readonly isBehind: () => Promise<boolean>;
    readonly beginAgain: () => void;
    readonly onError: (failure: Failure) => void;
  },
): Watch {
  let isStopped = false;
  const watch = lookAgainAndAgain(async () => {
    const { clusterId, topicIds } = await clusterIds(client, topics);
    const isAnew = topics.some((topic) => {
      const reading = on.reading(topic);
      if (reading === undefined) return false;
      const seen = { clusterId, topicId: topicIds.get(topic) ?? null };
      return differs(reading.clusterId, seen.clusterId) || differs(reading.topicId, seen.topicId);
    });
    if ((isAnew || (await on.isBehind())) && !isStopped) on.beginAgain();
  }, on.onError);
  return {
    stop: () => {
      isStopped = true;
      return watch.stop();
    },
  };
}
