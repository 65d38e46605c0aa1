import { z } from "zod";
import { renderMessage } from "../../shared/domain/message-catalogue.ts";
import { Refusal } from "../access/refusals.ts";
import { statementsOf } from "../access/tenant-statements.ts";
import { tenantVisit } from "../access/visit.ts";
import type { ConsoleParts } from "../console-parts.ts";
import { existingDay } from "../parts/domain/day.ts";
import type { App } from "../parts/web-app.ts";
import type { RetryPlan } from "../workorders/domain/retry.ts";
import { workorderFate } from "../workorders/fate-queries.ts";
import { type RetryOrder, retryPreview, sendAgain } from "../workorders/retry-acts.ts";
import { acceptingWorkorders } from "./accept-acts.ts";
import { FIELDS } from "./domain/api-fields.ts";
import { archivedBody, archivedEvent, isAhead } from "./domain/archived-body.ts";
import { described, forKeys, ROOT, tenantParams } from "./operation.ts";
import { CONFLICT, PROBLEMS, sayNo } from "./problems.ts";

const accepted = z.object({
  workorderId: z.string().describe(FIELDS.workorderId),
  status: z.literal("accepted"),
});

const retryBody = z
  .strictObject({
    workorderIds: z
      .array(z.string().min(1).max(200))
      .min(1)
      .max(500)
      .optional()
      .describe(FIELDS.workorderIds),
    cause: z.string().min(1).max(80).optional().describe(FIELDS.cause),
    from: existingDay.optional().describe(FIELDS.from),
    to: existingDay.optional().describe(FIELDS.to),
    dryRun: z.boolean().default(false).describe(FIELDS.dryRun),
  })
  .refine(
    ({ dryRun: _, ...choice }) => Object.values(choice).some((one) => one !== undefined),
    "name workorders, a cause or days",
  );

const retried = z.object({
  sent: z.array(z.object({ workorderId: z.string(), number: z.string(), cause: z.string() })),
  notSent: z.array(
    z.object({
      workorderId: z.string(),
      number: z.string(),
      why: z.string().describe(FIELDS.why),
      orderId: z.string().nullable().describe(FIELDS.orderOfNotSent),
      link: z.string().describe(FIELDS.workorderLink),
    }),
  ),
});

/** Workorders of a tenant, for its programs. */
export function workorderApi(api: App, { pipeline, now }: ConsoleParts): void {
  const accept = acceptingWorkorders(pipeline);
  fateApi(api);

  api.post(
    `${ROOT}/workorders/archived`,
    {
      config: forKeys("archive", "workorders"),
      schema: {
        ...described("archiveWorkorder", "workorders"),
        params: tenantParams,
        body: archivedBody,
        response: {
          202: accepted.describe("It is on its way: nothing loses it any more."),
          ...PROBLEMS,
          ...CONFLICT,
        },
      },
    },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const event = archivedEvent(visit.tenantId, request.body);
      if (isAhead(event, now()))
        return sayNo(request, reply, {
          status: 400,
          code: "ARCHIVED_IN_FUTURE",
          faults: [{ path: "/archivedAt", message: "is in the future" }],
        });
      const { kind } = await accept(visit, event);
      if (kind === "changed") return sayNo(request, reply, { status: 409, code: "WORKORDER_CHANGED" });
      return reply.code(202).send({ workorderId: event.workorderId, status: "accepted" });
    },
  );

  api.post(
    `${ROOT}/workorders/retry`,
    {
      config: forKeys("operate"),
      schema: {
        ...described("retryWorkorders", "workorders"),
        params: tenantParams,
        body: retryBody,
        response: { 200: retried.describe("What was, or would be, sent again."), ...PROBLEMS },
      },
    },
    async (request) => {
      const visit = tenantVisit(request);
      const { workorderIds = null, cause = null, from = null, to = null, dryRun } = request.body;
      const choice = { workorder: null, picked: workorderIds, cause, from, to };
      const order = { tenantId: visit.tenantId, actor: visit.actor, choice };
      if (dryRun) return retryAnswer(await visit.inTenant((tx) => retryPreview(tx, order)), order);
      const { kafka, avro } = pipeline;
      const publisher = await pipeline.publisher();
      const db = statementsOf(visit);
      return retryAnswer(await sendAgain({ db, kafka, avro, publisher }, order), order);
    },
  );
}

const fate = z.object({
  workorderId: z.string().describe(FIELDS.workorderId),
  number: z.string().describe(FIELDS.workorderNumber),
  state: z.enum(["waiting", "sent", "refused", "skipped", "unknown"]).describe(FIELDS.state),
  orderId: z.string().nullable().describe(FIELDS.orderId),
  code: z.string().describe(FIELDS.cause),
  text: z.string(),
  action: z.string(),
  archivedAt: z.iso.datetime(),
  settledAt: z.iso.datetime().nullable(),
});

/** What became of a workorder, for a tenant's programs. */
function fateApi(api: App): void {
  api.get(
    `${ROOT}/workorders/:workorderId`,
    {
      config: forKeys("read"),
      schema: {
        ...described("readWorkorder", "workorders"),
        params: tenantParams.extend({
          workorderId: z.string().min(1).max(200).describe(FIELDS.workorderId),
        }),
        response: { 200: fate.describe("What became of it so far."), ...PROBLEMS },
      },
    },
    async (request) => {
      const { tenantId, language, inTenant } = tenantVisit(request);
      const { workorderId } = request.params;
      const found = await inTenant((tx) => workorderFate(tx, tenantId, workorderId));
      if (found === null) throw new Refusal("NOT_FOUND");
      const { number, state, orderId, code, params, archivedAt, settledAt } = found;
      const said = code === "" ? { text: "", action: "" } : renderMessage(code, params, language);
      return {
        workorderId,
        number,
        state,
        orderId,
        code,
        ...said,
        archivedAt: archivedAt.toISOString(),
        settledAt: settledAt === null ? null : settledAt.toISOString(),
      };
    },
  );
}

/** What goes, what not, and which of the workorders asked for are none that could go. */
function retryAnswer(
  { wouldSend, notSent }: RetryPlan,
  { tenantId, choice }: Pick<RetryOrder, "tenantId" | "choice">,
): z.infer<typeof retried> {
  const linkOf = (workorderId: string): string =>
    `/api/tenants/${tenantId}/workorders/${encodeURIComponent(workorderId)}`;
  const seen = new Set([...wouldSend, ...notSent].map(({ workorderId }) => workorderId));
  const others = (choice.picked ?? []).filter((workorderId) => !seen.has(workorderId));
  return {
    sent: wouldSend.map(({ workorderId, number, cause }) => ({ workorderId, number, cause })),
    notSent: [
      ...notSent,
      ...others.map((workorderId) => ({ workorderId, number: "", why: "NOT_REFUSED", orderId: null })),
    ].map((one) => ({ ...one, link: linkOf(one.workorderId) })),
  };
}
