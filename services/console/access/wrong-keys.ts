import type { FastifyInstance } from "fastify";
import type { Clock } from "../../shared/clock.ts";
import { Refusal } from "./refusals.ts";

/** Wrong keys from one address in a minute; after them no key from there is looked at until the minute is over. */
const MOST_WRONG = 20;
const WINDOW_MS = 60_000;
/** Addresses remembered: who has more of them than this gains nothing, since a key cannot be guessed. */
const MOST_ADDRESSES = 10_000;

/** Slows down who tries keys: each process counts for itself. */
export function refuseGuessing(app: FastifyInstance, now: Clock): void {
  const wrong = new Map<string, { count: number; readonly since: number }>();

  app.addHook("onRequest", async (request, reply) => {
    if (request.routeOptions.config.access !== "key") return;
    const seen = wrong.get(request.ip);
    if (seen === undefined) return;
    const leftMs = seen.since + WINDOW_MS - now();
    if (leftMs <= 0) wrong.delete(request.ip);
    else if (seen.count >= MOST_WRONG) {
      reply.header("retry-after", Math.ceil(leftMs / 1_000));
      throw new Refusal("TOO_MANY_REQUESTS");
    }
  });
  app.addHook("onError", async (request, _reply, error) => {
    if (!(error instanceof Refusal) || error.code !== "KEY_INVALID") return;
    const seen = wrong.get(request.ip) ?? { count: 0, since: now() };
    seen.count += 1;
    wrong.set(request.ip, seen);
    const [oldest] = wrong.keys();
    if (wrong.size > MOST_ADDRESSES && oldest !== undefined) wrong.delete(oldest);
  });
}
