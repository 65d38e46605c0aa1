import { z } from "zod";

/** The kind of operation that writes records of dead letters to their topics again. */
export const PUT_BACK = "put-back";
/** The kind of operation after which nothing becomes of dead letters any more. */
export const DISCARD = "discard";

const offset = z.number().int().min(0);
const ids = z.array(z.string().min(1)).min(1).max(1_000);

/** Which letters are meant: the contract between whoever asks and the service that keeps them. Null: all. */
export const lettersWishSchema = z
  .object({
    topic: z.string().min(1).nullable(),
    /** Needs a topic; offsets need a partition. */
    partition: offset.nullable(),
    fromOffset: offset.nullable(),
    /** Up to, and without, this one. */
    toOffset: offset.nullable(),
    /** When they were set aside last, milliseconds since 1970 UTC; up to, and without. */
    fromMs: z.number().int().min(0).nullable(),
    toMs: z.number().int().min(0).nullable(),
    cause: z.string().min(1).nullable(),
    consumerGroup: z.string().min(1).nullable(),
    tenantIds: ids.nullable(),
    exceptTenantIds: ids.nullable(),
    /** One place was named: what is quarantined, discarded or on its way there is meant, too. */
    isNamed: z.boolean(),
    /** Letters in a second at most; the service's own ceiling where null, or where it is lower. */
    recordsPerSecond: z.number().int().min(1).nullable(),
  })
  .refine(({ topic, partition }) => partition === null || topic !== null, {
    error: "a partition needs a topic",
  })
  .refine(
    ({ partition, fromOffset, toOffset }) => partition !== null || (fromOffset === null && toOffset === null),
    { error: "offsets need a partition" },
  );
export type LettersWish = z.infer<typeof lettersWishSchema>;
