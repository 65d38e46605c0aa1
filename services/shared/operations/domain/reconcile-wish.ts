import { z } from "zod";

/** The kind of operation that holds Simon's rows against Unit4's last complete lists. It changes nothing. */
export const RECONCILE = "reconcile";

/** What is asked for: the contract between whoever asks and the service that does it. */
export const reconcileWishSchema = z.object({
  tenantIds: z.array(z.string().min(1)).min(1).max(1_000),
  entities: z.array(z.enum(["customer", "article"])).min(1),
});
export type ReconcileWish = z.infer<typeof reconcileWishSchema>;
