import type { FastifyRequest } from "fastify";
import type { Administration, AdministrationOptions } from "../administration/administration.ts";

/** A request for a page or form of one administration. */
export type SiteRequest = Readonly<{
  administration: Administration;
  /** The row it is about, `""` for none. */
  id: string;
  /** The search text. */
  text: string;
  /** Counted from 1. */
  page: number;
  done: string | undefined;
  form: URLSearchParams;
}>;

/** How a page or a form of one administration is answered. */
export type SiteRoutes = Readonly<{
  page: (path: string, render: (request: SiteRequest) => string | null) => void;
  /** `act` gives the address to go to, or a page that shows what is wrong. */
  form: (path: string, act: (request: SiteRequest) => FormOutcome) => void;
}>;

/** What a form leads to. */
export type FormOutcome = Readonly<
  { kind: "go"; to: string } | { kind: "show"; markup: string } | { kind: "missing" }
>;

/** The data that the site shows. */
export type SiteOptions = Readonly<{
  administrations: readonly AdministrationOptions[];
  administration: (database: string) => Administration;
}>;

/** Reads address and body; null if there is no such administration. */
export function siteRequest(request: FastifyRequest, options: SiteOptions): SiteRequest | null {
  const { pathname, searchParams } = new URL(request.url, "http://site");
  const database = pathname.split("/")[2]?.toUpperCase();
  const known = options.administrations.find((one) => one.database.toUpperCase() === database);
  if (known === undefined) return null;
  return {
    administration: options.administration(known.database),
    id: searchParams.get("id") ?? "",
    text: searchParams.get("q") ?? "",
    page: Math.max(1, Math.trunc(Number(searchParams.get("page"))) || 1),
    done: searchParams.get("done") ?? undefined,
    form: new URLSearchParams(typeof request.body === "string" ? request.body : ""),
  };
}
