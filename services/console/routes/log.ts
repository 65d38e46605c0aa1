import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { Refusal } from "../access/refusals.ts";
import { type TenantVisit, tenantVisit } from "../access/visit.ts";
import type { App, ConsoleParts } from "../console-parts.ts";
import { shownDay } from "../domain/local-time.ts";
import { deadLettersOf } from "../log/dead-letter-queries.ts";
import { findMessage } from "../log/detail-queries.ts";
import { messageFilterFrom } from "../log/domain/message-filter.ts";
import { exportCells, exportHead } from "../log/export-piece.ts";
import { livePiece, logPage } from "../log/list-page.ts";
import { foundMessageIds, listMessages, messagesByIds } from "../log/list-queries.ts";
import { messagePage } from "../log/message-page.ts";
import { LOG } from "../log/texts.ts";
import { pageHead, show } from "../page/page.ts";
import { CSV_BEGIN, csvLine } from "../parts/domain/csv.ts";
import { stillSignedIn } from "./activation.ts";

const path = "/tenants/:tenantId/log";
const params = z.object({ tenantId: z.string() });
const querystring = z.record(z.string().max(20), z.string().max(20_000));
const access = { access: "tenant" } as const;
const EXPORT_ROWS = 500;

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
        return String(livePiece({ language: visit.language, tenant: visit, filter, list, isLive: true }));
      },
    });
  });

  app.get(`${path}.csv`, { config: access, schema: { params, querystring } }, async (request, reply) => {
    const visit = tenantVisit(request);
    const filter = messageFilterFrom(request.query);
    const ids = await visit.inTenant((tx) => foundMessageIds(tx, visit.tenantId, filter));
    const day = shownDay(now()).split("-").reverse().join("-");
    const name = `${LOG[visit.language].file}-${visit.tenantId}-${day}.csv`;
    return reply
      .type("text/csv; charset=utf-8")
      .header("content-disposition", `attachment; filename="${name}"`)
      .header("cache-control", "no-store")
      .send(Readable.from(exportLines(visit, ids)));
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

/** The messages with these ids, piece by piece: no texts are kept, and nothing is held open while somebody downloads. */
async function* exportLines(
  { tenantId, language, inTenant }: TenantVisit,
  ids: readonly number[],
): AsyncGenerator<string> {
  yield CSV_BEGIN + csvLine(exportHead(language));
  for (let from = 0; from < ids.length; from += EXPORT_ROWS) {
    const piece = ids.slice(from, from + EXPORT_ROWS);
    const rows = await inTenant((tx) => messagesByIds(tx, tenantId, piece));
    yield rows.map((message) => csvLine(exportCells(message, language))).join("");
  }
}
