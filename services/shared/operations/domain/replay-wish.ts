import { z } from "zod";

/** The kind of operation that reads a topic again. */
export const REPLAY = "replay";

export const REPLAYED_ENTITIES = ["customers", "articles", "outcomes"] as const;
/** What is read again: changes of customers or articles, or what became of workorders. */
export type ReplayedEntity = (typeof REPLAYED_ENTITIES)[number];

/** A place on a topic: where it stood at a moment (milliseconds since 1970 UTC), or an offset of one partition. */
const bound = z.union([
  z.object({ atMs: z.number().int().min(0) }),
  z.object({ partition: z.number().int().min(0), offset: z.number().int().min(0) }),
]);
export type ReplayBound = z.infer<typeof bound>;

/** What a replay is asked for: the contract between whoever asks and the service that does it. */
export const replayWishSchema = z
  .object({
    entity: z.enum(REPLAYED_ENTITIES),
    /** Null for all. */
    tenantIds: z.array(z.string().min(1)).min(1).max(1_000).nullable(),
    /** From the first record that the topic has, where null. */
    from: bound.nullable(),
    /** Up to, and without, what stands there; up to the end of the topic as the plan is made, where null. */
    to: bound.nullable(),
    /** Records in a second at most; the service's own ceiling where null, or where it is lower. */
    recordsPerSecond: z.number().int().min(1).nullable(),
    /** Whether the plan shows which rows would change, and how. */
    hasPreview: z.boolean(),
  })
  .refine(
    ({ from, to }) => {
      const partitions = [from, to].flatMap((one) =>
        one !== null && "partition" in one ? [one.partition] : [],
      );
      return new Set(partitions).size < 2;
    },
    { error: "from and to must be offsets of one partition" },
  );
export type ReplayWish = z.infer<typeof replayWishSchema>;
