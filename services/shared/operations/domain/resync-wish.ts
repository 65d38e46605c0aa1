import { z } from "zod";

/** The kind of operation that fetches lists of tenants from Unit4 again. */
export const RESYNC = "resync";

const RESYNCED_ENTITIES = ["customer", "article"] as const;
/** A list of an administration. */
export type ResyncedEntity = (typeof RESYNCED_ENTITIES)[number];

/** What a resync is asked for: the contract between whoever asks and the service that does it. */
export const resyncWishSchema = z.object({
  tenantIds: z.array(z.string().min(1)).min(1).max(1_000),
  entities: z.array(z.enum(RESYNCED_ENTITIES)).min(1),
  /** Whether every row is told anew ("Alles laden"), or only those that differ from what was told last ("Wijzigingen laden"). */
  isFull: z.boolean(),
});
export type ResyncWish = z.infer<typeof resyncWishSchema>;
