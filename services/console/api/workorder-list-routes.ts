import { z } from "zod";
import { renderMessage } from "../../shared/domain/message-catalogue.ts";
import { searching } from "../access/crowd.ts";
import { tenantVisit } from "../access/visit.ts";
import { existingDay } from "../parts/domain/day.ts";
import type { App } from "../parts/web-app.ts";
import { type WORKORDER_STATES, workorderFilterFrom } from "../workorders/domain/workorder-filter.ts";
import { listWorkorders } from "../workorders/list-queries.ts";
import { FIELDS } from "./domain/api-fields.ts";
import { described, forKeys, ROOT, tenantParams } from "./operation.ts";
import { PROBLEMS } from "./problems.ts";

const STATES = ["waiting", "sent", "refused", "skipped", "unknown"] as const;

const list = z.object({
  workorders: z.array(
    z.object({
      workorderId: z.string().describe(FIELDS.workorderId),
      number: z.string().describe(FIELDS.workorderNumber),
      state: z.enum(STATES).describe(FIELDS.state),
      orderId: z.string().nullable().describe(FIELDS.orderId),
      code: z.string().describe(FIELDS.cause),
      text: z.string(),
      action: z.string(),
      archivedAt: z.iso.datetime(),
      settledAt: z.iso.datetime().nullable(),
    }),
  ),
  page: z.number().int(),
  pages: z.number().int(),
  total: z.number().int(),
});

/** A tenant's workorders with what became of each, as its page shows them. */
export function workorderListApi(api: App): void {
  api.get(
    `${ROOT}/workorders`,
    {
      config: { ...forKeys("read"), takes: searching },
      schema: {
        ...described("listWorkorders", "workorders"),
        params: tenantParams,
        querystring: z.object({
          state: z.enum(STATES).optional().describe(FIELDS.state),
          cause: z.string().max(80).optional().describe(FIELDS.cause),
          from: existingDay.optional().describe(FIELDS.from),
          to: existingDay.optional().describe(FIELDS.to),
          q: z.string().max(100).optional().describe(FIELDS.search),
          page: z.coerce.number().int().min(1).max(1_000_000).default(1).describe(FIELDS.page),
        }),
        response: { 200: list.describe("A page of 50 workorders, the last archived first."), ...PROBLEMS },
      },
    },
    async (request) => {
      const { tenantId, language, inTenant } = tenantVisit(request);
      const { state, page, ...rest } = request.query;
      const filter = workorderFilterFrom({ ...rest, state: state === "sent" ? "written" : state });
      const found = await inTenant((tx) => listWorkorders(tx, tenantId, filter, page));
      return {
        workorders: found.rows.map((one) => ({
          workorderId: one.workorderId,
          number: one.number,
          state: apiState(one.state),
          orderId: one.orderId,
          code: one.code,
          ...(one.code === "" ? NOTHING_SAID : renderMessage(one.code, one.params, language)),
          archivedAt: one.archivedAt.toISOString(),
          settledAt: one.settledAt === null ? null : one.settledAt.toISOString(),
        })),
        page: found.page,
        pages: found.pages,
        total: found.total,
      };
    },
  );
}

const NOTHING_SAID = { text: "", action: "" };

const apiState = (state: (typeof WORKORDER_STATES)[number]): (typeof STATES)[number] =>
  state === "written" ? "sent" : state;
