import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Pool } from "../../../services/shared/postgres.ts";
import { fromOwnPage, missing, refused, show } from "../site-replies.ts";
import { findTenant, type SimonTenant } from "./tenants.ts";

/** What the pages work with. */
export type Site = {
  readonly pool: Pool;
  /** Called when a workorder was archived. */
  readonly onArchived: () => void;
};

/** A request for a page or form of one tenant. */
export type SiteRequest = Site & {
  readonly tenant: SimonTenant;
  /** The row it is about, `""` for none. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** The search text. */
  readonly text: string;
  /** Counted from 1. */
  readonly page: number;
  readonly done?: string;
  readonly form: URLSearchParams;
};

/** What a form leads to: another address, or a page that shows what is wrong. */
export type FormOutcome =
  | { readonly kind: "go"; readonly to: string }
  | { readonly kind: "show"; readonly markup: string }
  | { readonly kind: "missing" };

export type SiteRoutes = {
  /** `render` gives null for a row that is not there. */
  page(path: string, render: (request: SiteRequest) => Promise<string | null>): void;
  form(path: string, act: (request: SiteRequest) => Promise<FormOutcome>): void;
};

/** Adds pages and forms below `/tenants/<id>/`. */
export function siteRoutes(app: FastifyInstance, site: Site): SiteRoutes {
  return {
    page: (path, render) =>
      app.get(`/tenants/:tenantId/${path}`, async (request, reply) => {
        const one = await siteRequest(request, site);
        const markup = one === null ? null : await render(one);
        return markup === null ? missing(reply) : show(reply, markup);
      }),
    form: (path, act) =>
      app.post(`/tenants/:tenantId/${path}`, async (request, reply) => {
        if (!fromOwnPage(request)) return refused(reply);
        const one = await siteRequest(request, site);
        const outcome: FormOutcome = one === null ? { kind: "missing" } : await act(one);
        if (outcome.kind === "missing") return missing(reply);
        return outcome.kind === "go"
          ? reply.redirect(outcome.to, 303)
          : show(reply.code(422), outcome.markup);
      }),
  };
}

async function siteRequest(request: FastifyRequest, site: Site): Promise<SiteRequest | null> {
  const { pathname, searchParams } = new URL(request.url, "http://site");
  const tenant = await findTenant(site.pool, decodeURIComponent(pathname.split("/")[2] ?? ""));
  if (tenant === null) return null;
  const done = searchParams.get("done");
  return {
    ...site,
    tenant,
    id: searchParams.get("id") ?? "",
    query: searchParams,
    text: searchParams.get("q") ?? "",
    page: Math.min(100_000, Math.max(1, Math.trunc(Number(searchParams.get("page"))) || 1)),
    ...(done === null ? {} : { done }),
    form: new URLSearchParams(typeof request.body === "string" ? withoutNul(request.body) : ""),
  };
}

/** Postgres takes no U+0000; a browser sends none by itself. */
const withoutNul = (body: string): string => body.replaceAll("%00", "");
