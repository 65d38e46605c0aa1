import { pause } from "../clock.ts";
import type { Failure } from "../domain/failure.ts";
import type { Pool } from "../postgres.ts";
import type { KafkaClient } from "./client.ts";
import { type EndsLook, lagsOf, lookAtEnds, type PartitionLag } from "./domain/partition-lag.ts";
import { loadPositions, type PositionsTable } from "./positions.ts";
import { type Bounds, committedOffsets, topicBounds } from "./starting-positions.ts";
import { lookAgainAndAgain, type Watch } from "./topic-watch.ts";

/** Records that a group has not processed yet, over all partitions of its topics. */
export type GroupLag = { readonly group: string; readonly lag: number };

/** Lag of a group that keeps its positions in Postgres. @throws Failure KAFKA_UNAVAILABLE, or what pg throws */
export async function lagInPostgres(options: {
  readonly kafka: KafkaClient;
  readonly pool: Pool;
  readonly group: string;
  readonly table: PositionsTable;
  readonly topics: readonly string[];
}): Promise<GroupLag> {
  const bounds = await topicBounds(options.kafka, options.topics);
  const positions = await loadPositions(options.pool, options);
  const stored = new Map(
    positions.map(({ topic, partition, nextOffset }) => [`${topic}/${partition}`, nextOffset]),
  );
  return { group: options.group, lag: sumOfLags(bounds, stored) };
}

function sumOfLags(bounds: ReadonlyMap<string, Bounds>, stored: ReadonlyMap<string, number>): number {
  let lag = 0;
  for (const [name, { low, high }] of bounds)
    lag += Math.max(0, high - Math.max(low, stored.get(name) ?? low));
  return lag;
}

export type LagWatch = Watch & {
  /** By what is known now; what is not known is left out. */
  read(): readonly PartitionLag[];
};

/**
 * Watches how far the partitions of this process are behind, by a clock of its own: what is held or hangs is seen, too
 * (case O33).
 * @param options.positions next offset of each partition of this process as it is stored, by partition name
 * @param options.oldestAtHand as of `lagsOf`
 * @param options.onEnds called with the ends at each look, with outages as of the look
 */
export function watchLag(options: {
  readonly kafka: KafkaClient;
  readonly topics: readonly string[];
  readonly positions: () => ReadonlyMap<string, number>;
  readonly oldestAtHand: ReadonlyMap<string, number>;
  readonly onEnds: (ends: ReadonlyMap<string, number>) => Promise<void>;
  readonly onError: (failure: Failure) => void;
}): LagWatch {
  let look: EndsLook | null = null;
  const watch = lookAgainAndAgain(async () => {
    const askedAtMs = Date.now();
    const bounds = await topicBounds(options.kafka, options.topics);
    const ends = new Map([...bounds].map(([name, { high }]) => [name, high]));
    look = lookAtEnds(look, { askedAtMs, ends }, options.positions());
    await options.onEnds(ends);
  }, options.onError);
  return { ...watch, read: () => lagsOf(look, options.positions(), options.oldestAtHand, Date.now()) };
}

/**
 * Partitions whose offset in Kafka tells of lag that is not there: it has none, an older one than our position, or one that the
 * topic does not have. One that is ahead of us stays, since it tells that Postgres lost something (case O27).
 * @param positions as of `watchLag`
 * @throws Failure KAFKA_UNAVAILABLE
 */
export async function wronglyShown(options: {
  readonly kafka: KafkaClient;
  readonly group: string;
  readonly topics: readonly string[];
  readonly positions: ReadonlyMap<string, number>;
  readonly ends: ReadonlyMap<string, number>;
}): Promise<readonly string[]> {
  const committed = await committedOffsets(options.kafka, options.group, options.topics);
  return [...options.positions].flatMap(([name, position]) => {
    const offset = committed.get(name)?.offset;
    const end = options.ends.get(name) ?? position;
    return offset === undefined || offset < position || offset > end ? [name] : [];
  });
}

/** Kafka's own offsets of a group, which lag tools read. */
export type ShownOffsets = {
  /** The position of that partition is to be shown within a second. */
  show(partitionName: string): void;
  /** Shows what is due, within 2 s or not at all; nothing is shown afterwards. */
  close(): Promise<void>;
};

const SHOW_EVERY_MS = 1_000;
/** After one that failed. */
const SHOW_AGAIN_MS = 5_000;
const LAST_SHOW_MS = 2_000;

/**
 * Shows positions at most once a second, all that are due in one request, and the last one always: a tool that saw the
 * one before it would tell of lag that is not there.
 * @param commit commits the newest positions of these partitions. @returns false when it failed: they stay due
 */
export function createShownOffsets(commit: (names: readonly string[]) => Promise<boolean>): ShownOffsets {
  const due = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let shownAtMs = 0;
  let isClosed = false;
  let running: Promise<void> = Promise.resolve();

  const showDue = async (): Promise<void> => {
    const names = [...due];
    due.clear();
    if (names.length === 0) return;
    const isShown = await commit(names);
    shownAtMs = Date.now();
    if (isShown) return;
    for (const name of names) due.add(name);
    arm(SHOW_AGAIN_MS);
  };
  const showNext = (): Promise<void> => {
    running = running.then(showDue);
    return running;
  };
  const arm = (waitMs: number): void => {
    if (isClosed || timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      void showNext();
    }, waitMs).unref();
  };

  return {
    show: (name) => {
      due.add(name);
      arm(Math.max(0, shownAtMs + SHOW_EVERY_MS - Date.now()));
    },
    close: async () => {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      const givenUp = new AbortController();
      await Promise.race([showNext(), pause(LAST_SHOW_MS, givenUp.signal)]);
      givenUp.abort();
    },
  };
}
