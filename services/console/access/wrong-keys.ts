import type { FastifyInstance } from "fastify";
import type { Clock } from "../../shared/clock.ts";
import type { Queryable } from "../../shared/postgres.ts";
import { secretHash } from "../parts/hashed-secret.ts";
import { keyOf, useKey } from "./key-store.ts";
import { Refusal } from "./refusals.ts";

/** Wrong tries of one address, or of one key, in a minute; after them it has to wait until the minute is over. */
const MOST_WRONG = 20;
const WINDOW_MS = 60_000;
/** Addresses and keys remembered: who has more of them than this gains nothing, since a key cannot be guessed. */
const MOST_REMEMBERED = 10_000;

/**
 * Slows down who tries keys, by address and by key; a valid key is let in from everywhere, since others behind the same
 * proxy may have tried wrong ones. Each process counts for itself.
 */
export function refuseGuessing(app: FastifyInstance, { pool, now }: { pool: Queryable; now: Clock }): void {
  const tries = new Map<string, { count: number; readonly since: number }>();

  const waitMs = (name: string): number => {
    const seen = tries.get(name);
    if (seen === undefined) return 0;
    const leftMs = seen.since + WINDOW_MS - now();
    if (leftMs <= 0) tries.delete(name);
    return seen.count >= MOST_WRONG ? Math.max(0, leftMs) : 0;
  };
  const note = (name: string): void => {
    const seen = tries.get(name) ?? { count: 0, since: now() };
    seen.count += 1;
    tries.set(name, seen);
    const [oldest] = tries.keys();
    if (tries.size > MOST_REMEMBERED && oldest !== undefined) tries.delete(oldest);
  };

  app.addHook("onRequest", async (request, reply) => {
    if (request.routeOptions.config.access !== "key") return;
    const key = keyOf(request.headers.authorization);
    const keyWaitMs = key === null ? 0 : waitMs(keyName(key));
    const addressWaitMs = waitMs(request.ip);
    const isValid = async () => key !== null && (await useKey(pool, key)) !== null;
    if (keyWaitMs === 0 && (addressWaitMs === 0 || (await isValid()))) return;
    reply.header("retry-after", Math.ceil(Math.max(keyWaitMs, addressWaitMs) / 1_000));
    throw new Refusal("TOO_MANY_REQUESTS");
  });
  app.addHook("onError", async (request, _reply, error) => {
    if (!(error instanceof Refusal) || error.code !== "KEY_INVALID") return;
    note(request.ip);
    const key = keyOf(request.headers.authorization);
    if (key !== null) note(keyName(key));
  });
}

/** A wrong key does not become a right one: it need not be looked up again. */
const keyName = (key: string): string => `key ${secretHash(key).toString("base64url")}`;
