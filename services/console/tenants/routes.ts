import { z } from "zod";
import { searching } from "../access/crowd.ts";
import type { ConsoleParts } from "../console-parts.ts";
import { pageHead, show } from "../page/page.ts";
import type { App } from "../parts/web-app.ts";
import { platformFigures } from "./figure-queries.ts";
import { tenantsPage } from "./page.ts";
import { listTenants, TENANT_PROBLEMS, TENANT_SORTS, TENANT_STATES, type TenantChoice } from "./queries.ts";

const querystring = z.object({
  q: z.string().trim().max(100).default(""),
  state: z.enum(["", ...TENANT_STATES]).default(""),
  problem: z.enum(["", ...TENANT_PROBLEMS]).default(""),
  sort: z.enum(TENANT_SORTS).default("name"),
  direction: z.enum(["asc", "desc"]).default("asc"),
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
});

/** All tenants, for operators. */
export function tenantRoutes(app: App, { pool, pipeline, now }: ConsoleParts): void {
  app.get(
    "/operator",
    { config: { access: "operator", takes: searching }, schema: { querystring } },
    async (request, reply) => {
      const { q: search, ...rest } = request.query;
      const choice: TenantChoice = { search, ...rest };
      const [figures, list] = await Promise.all([platformFigures(pool), listTenants(pool, choice)]);
      return show(
        reply,
        tenantsPage({
          ...pageHead(request),
          isPipelineUp: pipeline.isUp(),
          figures,
          list,
          choice: { ...choice, page: list.page },
          now: now(),
        }),
      );
    },
  );
}
