import type { FastifyReply } from "fastify";

/** Whoever waits for an answer, and what the database does for it. */
export type Reader = {
  /** Fires when they go away before the answer is whole. */
  readonly gone: AbortSignal;
  /** Keeps the place that the request takes until this is over. */
  follow<T>(work: Promise<T>): Promise<T>;
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>;
};

declare module "fastify" {
  interface FastifyRequest {
    reader: Reader;
  }
}

/** The reader of an answer that has not begun. */
export function createReader({ raw }: FastifyReply): Reader {
  const left = new AbortController();
  const underWay = new Set<Promise<unknown>>();
  const leave = (): void => {
    if (!raw.writableFinished) left.abort();
  };
  raw.once("close", leave);
  if (raw.destroyed) leave();
  return {
    gone: left.signal,
    follow: (work) => {
      underWay.add(work);
      const forget = (): void => void underWay.delete(work);
      work.then(forget, forget);
      return work;
    },
    idle: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}
