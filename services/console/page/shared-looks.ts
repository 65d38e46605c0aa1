import type { Clock } from "../../shared/clock.ts";
import { createSharedSlots } from "../../shared/slots.ts";

/** Reads for the open streams: once for all streams of a tenant that follow the same, one at a time of each tenant. */
export type SharedLooks = {
  /** @param what names what is read, within the tenant */
  look<T>(tenantId: string, what: string, read: () => Promise<T>): Promise<T>;
};

/** What was read a shorter time ago is shown as it is. */
const FRESH_MS = 1_000;
/** Streams take so many connections at most: pages come first. */
const MOST_READS = 3;

type Look = { readonly at: number; readonly seen: Promise<unknown> };

/** Makes the looks of one process. */
export function createSharedLooks(now: Clock): SharedLooks {
  const looks = new Map<string, Look>();
  const slots = createSharedSlots({ most: MOST_READS, mostOf: { tenant: 1 } });

  const begin = async <T>(tenantId: string, read: () => Promise<T>): Promise<T> => {
    const slot = await slots.take({ tenant: tenantId });
    try {
      return await read();
    } finally {
      slot?.free();
    }
  };

  return {
    look: <T>(tenantId: string, what: string, read: () => Promise<T>): Promise<T> => {
      for (const [key, { at }] of looks) {
        // A clock that went back makes what was seen neither fresh nor wrong: it is read again.
        const age = now() - at;
        if (age >= 0 && age < FRESH_MS) break;
        looks.delete(key);
      }
      const key = `${tenantId} ${what}`;
      const running = looks.get(key);
      if (running !== undefined) return running.seen as Promise<T>;
      const seen = begin(tenantId, read);
      looks.set(key, { at: now(), seen });
      return seen;
    },
  };
}
