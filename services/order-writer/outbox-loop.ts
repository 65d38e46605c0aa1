import { createLoop, type Loop, type LoopContext } from "../shared/loop.ts";
import type { Outbox } from "./outbox.ts";

const LOOK_EVERY_MS = 250;

/** Tells outcomes as they come, those of orders that are settled while the service stops included; nothing else. */
export const createOutboxLoop = (context: LoopContext<"outbox">, outbox: Outbox): Loop =>
  createLoop(context, {
    name: "outbox",
    everyMs: LOOK_EVERY_MS,
    lost: "Outcomes are no longer published",
    isBeatenOnStop: true,
    beat: async () => (await outbox.publish()) > 0,
  });
