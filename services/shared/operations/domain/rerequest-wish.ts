import { z } from "zod";

/** The kind of operation that asks for orders of archived workorders again. */
export const REREQUEST = "rerequest";

const moment = z.object({ atMs: z.number().int().min(0) });

/** What is asked for: the contract between whoever asks and the service that does it. */
export const rerequestWishSchema = z.object({
  tenantIds: z.array(z.string().min(1)).min(1).max(100),
  /** From where the topic of archived workorders stood then, milliseconds since 1970 UTC; from its first record where null. */
  from: moment.nullable(),
  /** Up to where it stood then; up to where it is read live as the plan is made, where null. */
  to: moment.nullable(),
});
export type RerequestWish = z.infer<typeof rerequestWishSchema>;
