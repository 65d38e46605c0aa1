import { z } from "zod";
import { tenantVisit } from "../access/visit.ts";
import type { App } from "../parts/web-app.ts";
import { answerBrake } from "../status/brake-acts.ts";
import { openBrakes } from "../status/brake-queries.ts";
import { deactivate } from "../switching/acts.ts";
import { FIELDS } from "./domain/api-fields.ts";
import { described, forKeys, ROOT, tenantParams } from "./operation.ts";
import { CONFLICT, PROBLEMS, sayNo } from "./problems.ts";

const entity = z.enum(["customer", "article"]).describe(FIELDS.entity);
const revision = z.int().min(0).describe(FIELDS.revision);

const brakes = z.object({
  brakes: z.array(
    z.object({
      entity,
      revision,
      missing: z.int(),
      known: z.int(),
      haltedAt: z.iso.datetime(),
      rows: z.array(z.object({ id: z.string(), name: z.string() })),
    }),
  ),
});

/** Switching off, and questions about deletions, for a tenant's programs. */
export function controlApi(api: App): void {
  api.post(
    `${ROOT}/deactivate`,
    {
      config: forKeys("operate"),
      schema: {
        ...described("deactivate", "control"),
        params: tenantParams,
        response: {
          200: z.object({ status: z.literal("inactive") }).describe("The integration is off."),
          ...PROBLEMS,
        },
      },
    },
    async (request) => {
      await deactivate(tenantVisit(request));
      return { status: "inactive" as const };
    },
  );

  api.get(
    `${ROOT}/brakes`,
    {
      config: forKeys("read"),
      schema: {
        ...described("listBrakes", "control"),
        params: tenantParams,
        response: {
          200: brakes.describe("Open questions; of the rows at most the first 1,000."),
          ...PROBLEMS,
        },
      },
    },
    async (request) => {
      const { tenantId, inTenant } = tenantVisit(request);
      const open = await inTenant((tx) => openBrakes(tx, tenantId));
      return {
        brakes: open.map(({ haltedAt, rows, ...brake }) => ({
          ...brake,
          haltedAt: haltedAt.toISOString(),
          rows: [...rows],
        })),
      };
    },
  );

  api.post(
    `${ROOT}/brakes/:entity`,
    {
      config: forKeys("operate"),
      schema: {
        ...described("decideBrake", "control"),
        params: tenantParams.extend({ entity }),
        body: z.strictObject({
          revision,
          decision: z.enum(["confirmed", "dismissed"]).describe(FIELDS.decision),
        }),
        response: {
          200: z.object({ status: z.literal("decided") }).describe("The decision holds."),
          ...PROBLEMS,
          ...CONFLICT,
        },
      },
    },
    async (request, reply) => {
      const { entity: about } = request.params;
      const isOpen = await answerBrake(tenantVisit(request), { entity: about, ...request.body });
      if (!isOpen) return sayNo(request, reply, { status: 409, code: "BRAKE_CLOSED" });
      return { status: "decided" as const };
    },
  );
}
