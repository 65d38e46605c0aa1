import { z } from "zod";
import { tenantVisit } from "../access/visit.ts";
import { listActs } from "../audit/queries.ts";
import { existingDay } from "../parts/domain/day.ts";
import type { App } from "../parts/web-app.ts";
import { FIELDS } from "./domain/api-fields.ts";
import { described, forKeys, ROOT, tenantParams } from "./operation.ts";
import { PROBLEMS } from "./problems.ts";

const acts = z.object({
  acts: z.array(
    z.object({
      at: z.iso.datetime(),
      actor: z
        .object({
          kind: z.enum(["user", "operator", "key", "service", "unknown"]).describe(FIELDS.actorKind),
          id: z.int().nullable().describe(FIELDS.actorId),
          name: z.string().describe(FIELDS.actorName),
        })
        .describe(FIELDS.actor),
      by: z.string().describe(FIELDS.actorName),
      act: z.string(),
      details: z.record(z.string(), z.unknown()),
    }),
  ),
  next: z.string().nullable().describe(FIELDS.next),
});

/** What people and programs did for a tenant, for its programs. */
export function auditApi(api: App): void {
  api.get(
    `${ROOT}/audit`,
    {
      config: forKeys("read"),
      schema: {
        ...described("listActs", "state"),
        params: tenantParams,
        querystring: z.object({
          by: z.string().max(200).default("").describe(FIELDS.by),
          act: z.string().max(80).default("").describe(FIELDS.act),
          from: existingDay.optional().describe(FIELDS.from),
          to: existingDay.optional().describe(FIELDS.to),
          cursor: z
            .string()
            .regex(/^\d{1,15}$/)
            .optional()
            .describe(FIELDS.cursor),
        }),
        response: { 200: acts.describe("A page of acts."), ...PROBLEMS },
      },
    },
    async (request) => {
      const { tenantId, inTenant } = tenantVisit(request);
      const { by, act, from = "", to = "", cursor } = request.query;
      const before = cursor === undefined ? null : Number(cursor);
      const { rows, older } = await inTenant((tx) =>
        listActs(tx, { tenantId, by, actor: null, act, from, to, before }),
      );
      return {
        acts: rows.map((row) => ({
          at: row.at.toISOString(),
          actor: { kind: row.actorKind, id: row.actorId, name: row.by },
          by: row.by,
          act: row.act,
          details: row.details,
        })),
        next: older === null ? null : String(older),
      };
    },
  );
}
