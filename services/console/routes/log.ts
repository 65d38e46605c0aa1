import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { Refusal } from "../access/refusals.ts";
import { type TenantVisit, tenantVisit } from "../access/visit.ts";
import type { App, ConsoleParts } from "../console-parts.ts";
import { CSV_BEGIN, csvLine } from "../domain/csv.ts";
import { shownDay } from "../domain/local-time.ts";
import { type MessageFilter, messageFilterFrom } from "../domain/message-filter.ts";
import { deadLettersOf, findMessage, listMessages, messagesAfter } from "../queries/message-list.ts";
import { exportCells, logPage, logPiece, messagePage } from "../ui/log-page.ts";
import { LOG } from "../ui/log-texts.ts";
import { pageHead, show } from "../ui/page.ts";
import { stillSignedIn } from "./activation.ts";

const path = "/tenants/:tenantId/log";
const params = z.object({ tenantId: z.string() });
const querystring = z.record(z.string().max(20), z.string().max(20_000));
const access = { access: "tenant" } as const;

/** The log of a tenant: filtered, page by page, live, exported, and one message at a time. */
export function logRoutes(app: App, parts: ConsoleParts): void {
  const { pipeline, live, now } = parts;
  const head = (request: FastifyRequest, visit: TenantVisit) => ({
    ...pageHead(request),
    tenant: visit,
    isPipelineUp: pipeline.isUp(),
  });

  app.get(path, { config: access, schema: { params, querystring } }, async (request, reply) => {
    const visit = tenantVisit(request);
    const { tenantId, session } = visit;
    const filter = messageFilterFrom(request.query);
    const isLive = request.query["live"] === "1";
    const wanted = isLive ? 1 : Number(request.query["page"] ?? 1);
    const { list, deadLetters } = await visit.inTenant(async (tx) => ({
      list: await listMessages(tx, tenantId, filter, wanted),
      deadLetters: session?.role === "operator" ? await deadLettersOf(tx, tenantId) : null,
    }));
    return show(reply, logPage({ ...head(request, visit), filter, list, isLive, deadLetters }));
  });

  app.get(`${path}/events`, { config: access, schema: { params, querystring } }, (request, reply) => {
    const visit = tenantVisit(request);
    const filter = messageFilterFrom(request.query);
    return live.follow(request, reply, {
      name: "log",
      isAllowed: () => stillSignedIn(request, parts),
      look: async () => {
        const list = await visit.inTenant((tx) => listMessages(tx, visit.tenantId, filter, 1));
        return String(logPiece({ language: visit.language, tenant: visit, filter, list, isLive: true }));
      },
    });
  });

  app.get(`${path}.csv`, { config: access, schema: { params, querystring } }, (request, reply) => {
    const visit = tenantVisit(request);
    const filter = messageFilterFrom(request.query);
    const day = shownDay(now()).split("-").reverse().join("-");
    const name = `${LOG[visit.language].file}-${visit.tenantId}-${day}.csv`;
    return reply
      .type("text/csv; charset=utf-8")
      .header("content-disposition", `attachment; filename="${name}"`)
      .header("cache-control", "no-store")
      .send(Readable.from(exportLines(visit, filter)));
  });

  app.get(
    `${path}/:id`,
    {
      config: access,
      schema: {
        params: params.extend({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) }),
      },
    },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const found = await visit.inTenant((tx) => findMessage(tx, visit.tenantId, request.params.id));
      if (found === null) throw new Refusal("NOT_FOUND");
      return show(reply, messagePage({ ...head(request, visit), ...found }));
    },
  );
}

type ExportedMessage = Awaited<ReturnType<typeof messagesAfter>>[number];
type Place = Pick<ExportedMessage, "lastUs" | "id">;

/** All filtered messages, piece by piece: memory stays flat however long the log is. */
async function* exportLines(visit: TenantVisit, filter: MessageFilter): AsyncGenerator<string> {
  const { tenantId, language, inTenant } = visit;
  yield CSV_BEGIN + csvLine(LOG[language].csv);
  let after: Place | null = null;
  for (;;) {
    const place: Place | null = after;
    const rows: readonly ExportedMessage[] = await inTenant((tx) =>
      messagesAfter(tx, tenantId, filter, place),
    );
    yield rows.map((message) => csvLine(exportCells(message, language))).join("");
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last;
  }
}
