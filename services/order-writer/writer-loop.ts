import { renewLeases } from "../shared/lease.ts";
import { createLoop, type Loop, type LoopContext } from "../shared/loop.ts";
import { createTenantRounds } from "../shared/tenant-rounds.ts";
import { createTurns } from "../shared/turns.ts";
import { takeTurn } from "./handler.ts";
import { type Lane, leaseLanes, putOffLanes, wakeServable } from "./lanes.ts";
import type { ServingDependencies } from "./serving.ts";

export type WriterOptions = ServingDependencies & {
  /** Tenants served at once. */
  readonly lanes: number;
  /** A lease outlasts a sending by this much, in milliseconds. */
  readonly leaseMarginMs: number;
  readonly instance: string;
  /** Called after each turn: something may be settled. */
  readonly onTurnEnded: () => void;
  /** Ends look-ups that are under way: called when the writer stops, since they can be done again. */
  readonly stopReading: () => void;
};

const IDLE_MS = 250;
const QUEUE_MS = 1_000;
/** In one look: a fleet of ten thousand is gone over in two minutes. */
const ROUND_TENANTS = 100;

/**
 * Writes orders to Unit4: leases the lanes of tenants that have something due, serves each a few orders, one at a time,
 * and gives the lane back. Any number of instances share the lanes; a tenant whose Unit4 hangs holds up one lane. Leases are
 * renewed as long as a turn takes, and until the last turn is over: `renewal` has to stop after `writer`.
 */
export function createWriterLoops(
  context: LoopContext<"writer" | "lane-renewal" | "lane-queue">,
  options: WriterOptions,
): { readonly writer: Loop; readonly renewal: Loop; readonly queue: Loop } {
  const { pool } = options;
  const leaseMs = options.sendingMs + options.leaseMarginMs;
  const stopping = new AbortController();
  const turns = createTurns<Lane>({
    now: context.now,
    onHeld: (error) => context.loops.turnsHeld("writer", error),
    most: options.lanes,
    onFailed: options.telemetry.turnFailed,
    onEnded: () => {
      options.onTurnEnded();
      writer.wake();
    },
  });

  const writer = createLoop(context, {
    name: "writer",
    everyMs: IDLE_MS,
    lost: "No orders are written any more",
    beat: async () => {
      if (turns.room() === 0) return false;
      const lanes = await leaseLanes(pool, { most: turns.room(), leaseMs, by: options.instance });
      for (const lane of lanes)
        turns.begin(lane, (lost, progress) =>
          takeTurn(options, lane, { ending: AbortSignal.any([stopping.signal, lost]), progress }),
        );
      return lanes.length > 0;
    },
  });

  const renewal = createLoop(context, {
    name: "lane-renewal",
    everyMs: leaseMs / 4,
    lost: "Lanes are no longer renewed",
    beat: async () => {
      await turns.renew((lanes) => renewLeases(pool, "order_writer.lanes", lanes, leaseMs));
      return false;
    },
  });

  const rounds = createTenantRounds({ most: ROUND_TENANTS, everyMs: QUEUE_MS, connections: true });
  const queue = createLoop(context, {
    name: "lane-queue",
    everyMs: QUEUE_MS,
    lost: "Orders of tenants that are let in again wait",
    beat: async () => {
      await putOffLanes(pool);
      await wakeServable(pool, await rounds.next(pool));
      return false;
    },
  });

  return {
    queue,
    renewal,
    writer: {
      ...writer,
      isAlive: () => writer.isAlive() && turns.isAlive(),
      stop: async () => {
        stopping.abort();
        options.stopReading();
        await writer.stop();
        await turns.ended();
      },
    },
  };
}
