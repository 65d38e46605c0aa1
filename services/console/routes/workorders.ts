import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { Queryable } from "../../shared/postgres.ts";
import { Refusal } from "../access/refusals.ts";
import { statementsOf } from "../access/tenant-statements.ts";
import { type TenantVisit, tenantVisit } from "../access/visit.ts";
import type { App, ConsoleParts } from "../console-parts.ts";
import { pageHead, show } from "../page/page.ts";
import { address } from "../page/paging.ts";
import type { Sent } from "../ui/workorders-notices.ts";
import { workorderPage, workorderPiece } from "../workorders/detail-page.ts";
import { workorderContent, workorderEvents } from "../workorders/detail-queries.ts";
import { NOT_SENT_REASONS, type RetryChoice, type RetryPlan } from "../workorders/domain/retry.ts";
import { workorderFilterFrom } from "../workorders/domain/workorder-filter.ts";
import { workorderFate } from "../workorders/fate-queries.ts";
import { workordersPage } from "../workorders/list-page.ts";
import { listWorkorders } from "../workorders/list-queries.ts";
import { retryPreview, sendAgain } from "../workorders/retry-acts.ts";
import { retryPage } from "../workorders/retry-page.ts";
import { orderHold } from "../workorders/waiting-queries.ts";
import { stillSignedIn } from "./activation.ts";

const path = "/tenants/:tenantId/workorders";
const params = z.object({ tenantId: z.string() });
const oneParams = params.extend({ workorderId: z.string().min(1).max(200) });
const querystring = z.record(z.string().max(20), z.string().max(20_000));
const access = { access: "tenant" } as const;

/** What became of a tenant's workorders, and sending them again. */
export function workorderRoutes(app: App, parts: ConsoleParts): void {
  const { pipeline, live } = parts;
  const head = (request: FastifyRequest, visit: TenantVisit) => ({
    ...pageHead(request),
    tenant: visit,
    isPipelineUp: pipeline.isUp(),
  });

  app.get(path, { config: access, schema: { params, querystring } }, async (request, reply) => {
    const visit = tenantVisit(request);
    const { tenantId } = visit;
    const filter = workorderFilterFrom(request.query);
    const { page = "1" } = request.query;
    const seen = await visit.inTenant(async (tx) => ({
      list: await listWorkorders(tx, tenantId, filter, Number(page)),
      hold: await orderHold(tx, tenantId),
    }));
    return show(
      reply,
      workordersPage({ ...head(request, visit), ...seen, filter, sent: sentIn(request.query) }),
    );
  });

  app.post(
    `${path}/retry`,
    {
      config: access,
      schema: {
        params,
        body: z.object({
          cause: z.string().max(80).default(""),
          workorder: z.union([z.string().max(200), z.array(z.string().max(200)).max(500)]).default([]),
          sure: z.string().optional(),
        }),
      },
    },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const { tenantId, by } = visit;
      const { cause, workorder, sure } = request.body;
      const picked = [workorder].flat();
      const root = `/tenants/${tenantId}/workorders`;
      if (cause === "" && picked.length === 0) return reply.redirect(root, 303);
      const choice = choiceOf(cause, picked);
      if (sure !== "yes") {
        const plan = await visit.inTenant((tx) => retryPreview(tx, { tenantId, choice }));
        return show(reply, retryPage({ ...head(request, visit), plan, choice: { cause, picked } }));
      }
      // It waits for Kafka between its statements: no transaction is held open meanwhile.
      const { kafka, avro } = pipeline;
      const tools = { db: statementsOf(visit), kafka, avro, publisher: await pipeline.publisher() };
      const plan = await sendAgain(tools, { tenantId, choice, by });
      return reply.redirect(address(root, sentQuery(plan)), 303);
    },
  );

  app.get(
    `${path}/:workorderId`,
    { config: access, schema: { params: oneParams } },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const { workorderId } = request.params;
      const seen = await visit.inTenant((tx) => oneWorkorder(tx, visit, workorderId));
      if (seen === null) throw new Refusal("NOT_FOUND");
      return show(reply, workorderPage({ ...head(request, visit), workorderId, ...seen }));
    },
  );

  app.get(
    `${path}/:workorderId/events`,
    { config: access, schema: { params: oneParams } },
    (request, reply) => {
      const visit = tenantVisit(request);
      const { workorderId } = request.params;
      const { language, session } = visit;
      return live.follow(request, reply, {
        name: "workorder",
        isAllowed: () => stillSignedIn(request, parts),
        look: async () => {
          const seen = await visit.inTenant((tx) => oneWorkorder(tx, visit, workorderId));
          if (seen === null) return "";
          return String(workorderPiece({ language, session, tenant: visit, workorderId, ...seen }));
        },
      });
    },
  );
}

const choiceOf = (cause: string, picked: readonly string[]): RetryChoice => ({
  workorder: null,
  picked: picked.length === 0 ? null : picked,
  cause: cause === "" ? null : cause,
  from: null,
  to: null,
});

/** What was sent again, as it stands in the address of the page that says so: `sent=3&EVENT_EXPIRED=1`. */
function sentQuery({ wouldSend, notSent }: RetryPlan): Readonly<Record<string, number>> {
  const query: Record<string, number> = { sent: wouldSend.length };
  for (const { why } of notSent) query[why] = (query[why] ?? 0) + 1;
  return query;
}

function sentIn(query: Readonly<Record<string, string | undefined>>): Sent | null {
  const countOf = (name: string): number => {
    const count = Number(query[name]);
    return Number.isSafeInteger(count) && count > 0 ? count : 0;
  };
  if (query["sent"] === undefined) return null;
  const not = NOT_SENT_REASONS.map((why) => ({ why, count: countOf(why) })).filter(({ count }) => count > 0);
  return { count: countOf("sent"), not };
}

async function oneWorkorder(tx: Queryable, { tenantId }: TenantVisit, workorderId: string) {
  const content = await workorderContent(tx, tenantId, workorderId);
  if (content === null) return null;
  return {
    content,
    fate: await workorderFate(tx, tenantId, workorderId),
    events: await workorderEvents(tx, tenantId, { workorderId, number: content.number }),
    hold: await orderHold(tx, tenantId),
  };
}
