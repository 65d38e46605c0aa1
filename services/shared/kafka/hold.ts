import { setTimeout as sleep } from "node:timers/promises";
import { type Backoff, backoffMs } from "../domain/backoff.ts";
import { describeError, Failure, isFailure } from "../domain/failure.ts";
import { postgresErrorKind } from "../postgres.ts";
import type { Awaited, KafkaTelemetry } from "./kafka-telemetry.ts";

const BACKOFF: Backoff = { firstMs: 200, longestMs: 5_000 };
/**
 * Some times within the shortest session, so that neither waiting nor work costs membership; kafkajs sends what is
 * due.
 */
const STEP_MS = 300;

/**
 * Does `work`, with heartbeats, however long it takes: a member that is slow keeps its partitions (F17). While
 * something it needs is down, waits and tries again: an outage costs time, never a record. Errors that are no outage
 * are thrown, as is what `heartbeat` throws while it waits.
 * @returns null when `keepWaiting` said no before it was done
 */
export async function holdWhileDown<T>(
  options: {
    readonly telemetry: KafkaTelemetry;
    readonly keepWaiting: () => boolean;
    readonly heartbeat: () => Promise<void>;
  },
  work: () => Promise<T>,
): Promise<T | null> {
  for (let failures = 1; options.keepWaiting(); failures += 1) {
    try {
      return await withHeartbeats(options.heartbeat, work);
    } catch (error) {
      const waitsFor = outageOf(error);
      if (waitsFor === null) throw error;
      options.telemetry.batchHeld(waitsFor, describeError(error));
    }
    const until = Date.now() + backoffMs(BACKOFF, failures, Math.random());
    while (Date.now() < until && options.keepWaiting()) {
      await sleep(Math.min(STEP_MS, Math.max(0, until - Date.now())));
      await options.heartbeat();
    }
  }
  return null;
}

async function withHeartbeats<T>(heartbeat: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  // One that fails says that the group rebalances or that Kafka is away. What is under way is finished all the same,
  // and the heartbeat after it says the same again, where it is listened to.
  const timer = setInterval(() => void heartbeat().catch(() => {}), STEP_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/**
 * Does `work` as soon as what it needs is up; waits without end, for a process that starts before its neighbours. What
 * refuses us from the start is thrown: only another setting mends it.
 */
export async function untilUp<T>(telemetry: KafkaTelemetry, work: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      const waitsFor = isRefusal(error) ? null : outageOf(error);
      if (waitsFor === null) throw error;
      telemetry.batchHeld(waitsFor, describeError(error));
      await sleep(backoffMs(BACKOFF, failures, Math.random()));
    }
  }
}

const REFUSALS: ReadonlySet<string> = new Set([
  "KAFKA_ACCESS_REFUSED",
  "REGISTRY_ACCESS_REFUSED",
  "POSTGRES_ACCESS_REFUSED",
]);

/** Whether an error says that we are not let in, or lack a right: only another setting mends it. */
export const isRefusal = (error: unknown): boolean => error instanceof Failure && REFUSALS.has(error.code);

/** What is down according to an error; null when the error tells of no outage. */
export function outageOf(error: unknown): Awaited | null {
  if (isFailure(error, "REGISTRY_UNAVAILABLE") || isFailure(error, "REGISTRY_ACCESS_REFUSED"))
    return "registry";
  if (isFailure(error, "KAFKA_UNAVAILABLE") || isFailure(error, "KAFKA_ACCESS_REFUSED")) return "kafka";
  if (isFailure(error, "POSTGRES_UNAVAILABLE")) return "postgres";
  return postgresErrorKind(error) === "passing" ? "postgres" : null;
}
