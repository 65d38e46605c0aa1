import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { type KeyScope, keyOf } from "../access/key-store.ts";
import { secretHash } from "../parts/hashed-secret.ts";
import { FIELDS } from "./domain/api-fields.ts";
import { OPERATIONS, type OperationId } from "./texts.ts";

export const ROOT = "/api/tenants/:tenantId";

export const tenantParams = z.object({ tenantId: z.string().describe(FIELDS.tenantId) });

const MINUTE = "1 minute";

/** Requests of one key; each process counts for itself. Archived workorders are counted apart: 100 a second may last. */
const LIMITS = {
  usual: { max: 600, timeWindow: MINUTE, groupId: "usual" },
  workorders: { max: 7_200, timeWindow: MINUTE, groupId: "workorders" },
} as const;

/** Who may use an operation, what their key has to be allowed, and how often. */
export const forKeys = (scope: KeyScope, limit: keyof typeof LIMITS = "usual") => ({
  access: "key" as const,
  scope,
  rateLimit: {
    ...LIMITS[limit],
    keyGenerator: ({ headers }: FastifyRequest): string =>
      secretHash(keyOf(headers.authorization) ?? "").toString("base64url"),
  },
});

/** What operations are about; generators make a part of a client of each. */
export const TAGS = [
  { name: "workorders", description: "Archived workorders, and what became of them." },
  { name: "state", description: "How the integration stands, what it said, and who did what." },
  { name: "settings", description: "How workorders become orders, and what comes over." },
  { name: "control", description: "Stopping the integration, and deciding about deletions." },
] as const;

/** What the description says of an operation. */
export const described = (operationId: OperationId, tag: (typeof TAGS)[number]["name"]) => ({
  operationId,
  tags: [tag],
  ...OPERATIONS.en[operationId],
});
