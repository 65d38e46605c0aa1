import type { ConsoleWorld } from "./console-world.ts";

/** A route of the console, as its own table has it. */
export type Route = { readonly method: string; readonly url: string; readonly access: string };

/** All routes; the console has to run with LOG_LEVEL=debug. */
export async function routesOf(site: ConsoleWorld): Promise<readonly Route[]> {
  const line = site.service.lines.find((one) => one.includes('"event":"site_routes"')) ?? "{}";
  return (JSON.parse(line) as { readonly routes: readonly Route[] }).routes;
}

/** The path of a route with every parameter filled in. */
export const pathFor = (url: string, tenantId: string): string =>
  url
    .replace(":tenantId", tenantId)
    .replaceAll(/:(\w*[iI]d|revision)\b/g, "1")
    .replaceAll(/:\w+/g, "x");
