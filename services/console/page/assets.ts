import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { App } from "../parts/web-app.ts";

type Asset = { readonly body: Buffer; readonly type: string; readonly path: string };

/** Files that pages load, read once; the hash in a path changes with its content, so browsers keep them for ever. */
const ASSETS: ReadonlyMap<string, Asset> = new Map([
  asset("style.css", new URL("./style.css", import.meta.url), "text/css; charset=utf-8"),
  asset("icon.svg", new URL("./icon.svg", import.meta.url), "image/svg+xml"),
  asset("console.js", new URL("./console.js", import.meta.url), "text/javascript; charset=utf-8"),
  asset(
    "htmx.js",
    new URL(import.meta.resolve("htmx.org/dist/htmx.min.js")),
    "text/javascript; charset=utf-8",
  ),
  asset(
    "sse.js",
    new URL(import.meta.resolve("htmx-ext-sse/dist/sse.min.js")),
    "text/javascript; charset=utf-8",
  ),
]);

function asset(name: string, file: URL, type: string): [string, Asset] {
  const body = readFileSync(file);
  const hash = createHash("sha256").update(body).digest("base64url").slice(0, 12);
  return [name, { body, type, path: `/assets/${hash}/${name}` }];
}

/** Where a page finds a file. */
export const assetPath = (name: "style.css" | "icon.svg" | "console.js" | "htmx.js" | "sse.js"): string =>
  ASSETS.get(name)?.path ?? "";

export function assetRoutes(app: App): void {
  for (const { path, type, body } of ASSETS.values())
    app.get(path, { config: { access: "public" } }, (_request, reply) =>
      reply.type(type).header("cache-control", "public, max-age=31536000, immutable").send(body),
    );
}
