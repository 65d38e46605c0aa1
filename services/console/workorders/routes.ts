import { z } from "zod";
import type { Queryable } from "../../shared/postgres.ts";
import { searching } from "../access/crowd.ts";
import { Refusal } from "../access/refusals.ts";
import { statementsOf } from "../access/tenant-statements.ts";
import { tenantVisit } from "../access/visit.ts";
import type { ConsoleParts } from "../console-parts.ts";
import { show } from "../page/page.ts";
import { address } from "../page/paging.ts";
import { forStream, forTenant, params, tenantHead } from "../page/tenant-route.ts";
import { recordAct } from "../parts/audit-store.ts";
import { dayOrNone } from "../parts/domain/day.ts";
import type { App } from "../parts/web-app.ts";
import { workorderPage, workorderPiece } from "./detail-page.ts";
import { workorderContent, workorderEvents } from "./detail-queries.ts";
import { NOT_SENT_REASONS, type RetryChoice, type RetryPlan } from "./domain/retry.ts";
import { workorderFilterFrom } from "./domain/workorder-filter.ts";
import { workorderFate } from "./fate-queries.ts";
import { workordersPage } from "./list-page.ts";
import { listWorkorders } from "./list-queries.ts";
import type { Sent } from "./notices-piece.ts";
import { askedAgain, retryPreview, sendAgain } from "./retry-acts.ts";
import { retryPage } from "./retry-page.ts";
import { findWaitingReason } from "./waiting-queries.ts";

const path = "/tenants/:tenantId/workorders";
const mayBeSearch = { ...forTenant, takes: searching };
const oneParams = params.extend({ workorderId: z.string().min(1).max(200) });
const querystring = z
  .object({ from: dayOrNone.optional(), to: dayOrNone.optional() })
  .catchall(z.string().max(20_000));

/** What became of a tenant's workorders, and sending them again. */
export function workorderRoutes(app: App, parts: ConsoleParts): void {
  const { pipeline, live } = parts;
  app.get(path, { config: mayBeSearch, schema: { params, querystring } }, async (request, reply) => {
    const visit = tenantVisit(request);
    const { tenantId } = visit;
    const filter = workorderFilterFrom(request.query);
    const { page = "1" } = request.query;
    const seen = await visit.inTenant(async (tx) => ({
      list: await listWorkorders(tx, tenantId, filter, Number(page)),
      waitingReason: await findWaitingReason(tx, tenantId),
      sent: sentIn(request.query, await writtenIn(tx, tenantId, request.query)),
    }));
    return show(reply, workordersPage({ ...tenantHead(request, pipeline), ...seen, filter }));
  });

  app.post(
    `${path}/retry`,
    {
      config: forTenant,
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
      const { tenantId, actor } = visit;
      const { cause, workorder, sure } = request.body;
      const picked = [workorder].flat();
      const root = `/tenants/${tenantId}/workorders`;
      if (cause === "" && picked.length === 0) return reply.redirect(root, 303);
      const choice = choiceOf(cause, picked);
      if (sure !== "yes") {
        const plan = await visit.inTenant(async (tx) => {
          const found = await retryPreview(tx, { tenantId, choice });
          // Where nothing would go there is nothing to confirm: this was the press.
          if (found.wouldSend.length === 0)
            await recordAct(tx, askedAgain({ tenantId, actor, choice }, found));
          return found;
        });
        return show(reply, retryPage({ ...tenantHead(request, pipeline), plan, choice: { cause, picked } }));
      }
      // It waits for Kafka between its statements: no transaction is held open meanwhile.
      const { kafka, avro } = pipeline;
      const tools = { db: statementsOf(visit), kafka, avro, publisher: await pipeline.publisher() };
      const plan = await sendAgain(tools, { tenantId, choice, actor });
      return reply.redirect(address(root, sentQuery(plan)), 303);
    },
  );

  app.get(
    `${path}/:workorderId`,
    { config: forTenant, schema: { params: oneParams } },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const { workorderId } = request.params;
      const seen = await visit.inTenant((tx) => oneWorkorder(tx, visit.tenantId, workorderId));
      if (seen === null) throw new Refusal("NOT_FOUND");
      return show(reply, workorderPage({ ...tenantHead(request, pipeline), workorderId, ...seen }));
    },
  );

  app.get(
    `${path}/:workorderId/events`,
    { config: forStream, schema: { params: oneParams } },
    (request, reply) => {
      const { workorderId } = request.params;
      return live.follow(request, reply, {
        name: "workorder",
        of: workorderId,
        read: (tx, tenantId) => oneWorkorder(tx, tenantId, workorderId),
        show: (seen, visit) => {
          if (seen === null) return "";
          const { language, session } = visit;
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

/** What was sent again, as it stands in the address of the page that says so: `sent=3&WRITTEN=1&written=["W1"]`. */
function sentQuery({ wouldSend, notSent }: RetryPlan): Readonly<Record<string, string | number>> {
  const query: Record<string, number> = { sent: wouldSend.length };
  for (const { why } of notSent) query[why] = (query[why] ?? 0) + 1;
  const written = notSent.filter(({ why }) => why === "WRITTEN").slice(0, MOST_NAMED);
  if (written.length === 0) return query;
  return { ...query, written: JSON.stringify(written.map(({ workorderId }) => workorderId)) };
}

/** Workorders whose orders the page names at most. */
const MOST_NAMED = 20;
const writtenIds = z.array(z.string().max(200)).max(MOST_NAMED);

/** The orders of the workorders that the address says are written. */
async function writtenIn(
  tx: Queryable,
  tenantId: string,
  query: Readonly<Record<string, string | undefined>>,
): Promise<Sent["written"]> {
  const ids = writtenIds.safeParse(jsonOf(query["written"] ?? "[]")).data ?? [];
  if (ids.length === 0) return [];
  const { notSent } = await retryPreview(tx, { tenantId, choice: choiceOf("", ids) });
  return notSent.filter(({ why }) => why === "WRITTEN");
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function sentIn(query: Readonly<Record<string, string | undefined>>, written: Sent["written"]): Sent | null {
  const countOf = (name: string): number => {
    const count = Number(query[name]);
    return Number.isSafeInteger(count) && count > 0 ? count : 0;
  };
  if (query["sent"] === undefined) return null;
  const not = NOT_SENT_REASONS.map((why) => ({ why, count: countOf(why) })).filter(({ count }) => count > 0);
  return { count: countOf("sent"), not, written };
}

async function oneWorkorder(tx: Queryable, tenantId: string, workorderId: string) {
  const content = await workorderContent(tx, tenantId, workorderId);
  if (content === null) return null;
  return {
    content,
    fate: await workorderFate(tx, tenantId, workorderId),
    events: await workorderEvents(tx, tenantId, { workorderId, number: content.number }),
    waitingReason: await findWaitingReason(tx, tenantId),
  };
}
