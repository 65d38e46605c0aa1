import { z } from "zod";
import { amsterdamDate } from "../../shared/domain/dutch-date.ts";
import type { Connection } from "../../shared/postgres.ts";
import { searching } from "../access/crowd.ts";
import { Refusal } from "../access/refusals.ts";
import { tenantVisit } from "../access/visit.ts";
import type { ConsoleParts } from "../console-parts.ts";
import { show } from "../page/page.ts";
import { forStream, forTenant, params, tenantHead } from "../page/tenant-route.ts";
import { whileAwaited } from "../parts/awaited-work.ts";
import { CSV_BEGIN, csvLine } from "../parts/domain/csv.ts";
import { dayOrNone } from "../parts/domain/day.ts";
import { inTenant } from "../parts/tenant-scope.ts";
import type { App } from "../parts/web-app.ts";
import { deadLettersOf } from "./dead-letter-queries.ts";
import { findMessage } from "./detail-queries.ts";
import { messageFilterFrom } from "./domain/message-filter.ts";
import { exportCells, exportHead } from "./export-piece.ts";
import { livePiece, logPage } from "./list-page.ts";
import { eachMessage, listMessages } from "./list-queries.ts";
import { messagePage } from "./message-page.ts";
import { LOG } from "./texts.ts";

const path = "/tenants/:tenantId/log";
const querystring = z
  .object({ from: dayOrNone.optional(), to: dayOrNone.optional() })
  .catchall(z.string().max(20_000));

/** The log of a tenant: filtered, page by page, live, exported, and one message at a time. */
export function logRoutes(app: App, parts: ConsoleParts): void {
  const { pipeline, live, downloads, now, pool, exportPool } = parts;
  app.get(
    path,
    { config: { ...forTenant, takes: searching }, schema: { params, querystring } },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const { tenantId, session } = visit;
      const filter = messageFilterFrom(request.query);
      const isLive = request.query["live"] === "1";
      const wanted = isLive ? 1 : Number(request.query["page"] ?? 1);
      const { list, deadLetters } = await visit.inTenant(async (tx) => ({
        list: await listMessages(tx, tenantId, filter, wanted),
        deadLetters: session?.role === "operator" ? await deadLettersOf(tx, tenantId) : null,
      }));
      return show(reply, logPage({ ...tenantHead(request, pipeline), filter, list, isLive, deadLetters }));
    },
  );

  app.get(`${path}/events`, { config: forStream, schema: { params, querystring } }, (request, reply) => {
    const filter = messageFilterFrom(request.query);
    return live.follow(request, reply, {
      name: "log",
      of: JSON.stringify(filter),
      read: (tx, tenantId) => listMessages(tx, tenantId, filter, 1),
      show: (list, visit) =>
        String(livePiece({ language: visit.language, tenant: visit, filter, list, isLive: true })),
    });
  });

  const takesExport = { ...forTenant, takes: "export" } as const;
  app.get(
    `${path}.csv`,
    { config: takesExport, exposeHeadRoute: false, schema: { params, querystring } },
    (request, reply) => {
      const { tenantId, language } = tenantVisit(request);
      const filter = messageFilterFrom(request.query);
      const name = `${LOG[language].file}-${tenantId}-${amsterdamDate(now())}.csv`;
      reply
        .type("text/csv; charset=utf-8")
        .header("content-disposition", `attachment; filename="${name}"`)
        .header("cache-control", "no-store");
      return downloads.send(request, reply, async (send, ending) => {
        let head = CSV_BEGIN + csvLine(exportHead(language));
        const writeAll = async (tx: Connection): Promise<void> => {
          for await (const messages of eachMessage(tx, tenantId, filter)) {
            await send(head + messages.map((one) => csvLine(exportCells(one, language))).join(""));
            head = "";
          }
        };
        await inTenant(exportPool, tenantId, (tx) =>
          whileAwaited(tx, { gone: ending, pool }, () => writeAll(tx)),
        );
        if (head !== "") await send(head);
      });
    },
  );

  app.get(
    `${path}/:id`,
    {
      config: forTenant,
      schema: {
        params: params.extend({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) }),
      },
    },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const found = await visit.inTenant((tx) => findMessage(tx, visit.tenantId, request.params.id));
      if (found === null) throw new Refusal("NOT_FOUND");
      return show(reply, messagePage({ ...tenantHead(request, pipeline), ...found }));
    },
  );
}
