import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type Provider from "oidc-provider";
import { fromOwnPage, isForThisMachine } from "../site-replies.ts";
import { accountOf } from "./demo-accounts.ts";
import { BEGIN_AGAIN, homePage, loginPage, PAGE_POLICY, refusalPage } from "./identity-pages.ts";
import { createProvider, type IdentityOptions } from "./provider.ts";

/** A provider of OpenID Connect for the local start and for tests, with people of the demo tenants. */
export type Identity = {
  /** Serves on 127.0.0.1 unless told, and is called so. @param port 0 takes any free one. @returns the issuer */
  listen(port: number, host?: string): Promise<string>;
  close(): Promise<void>;
};

const ASSETS: Readonly<Record<string, { readonly type: string; readonly body: Buffer }>> = {
  "/style.css": { type: "text/css", body: readFileSync(new URL("../style.css", import.meta.url)) },
  "/sign-out.js": { type: "text/javascript", body: readFileSync(new URL("sign-out.js", import.meta.url)) },
};

export function createIdentity(options: IdentityOptions): Identity {
  let provider: Provider | null = null;
  const server = createServer((request, response) => {
    if (provider === null) return void response.writeHead(503).end();
    if (!isForThisMachine(request)) return void response.writeHead(403).end();
    answer(provider, request, response).catch((error: unknown) => {
      if (response.headersSent) return void response.destroy();
      showPage(response, refusalPage("Dit ging niet goed. Probeer het nog eens.", String(error)), 500);
    });
  });
  return {
    listen: (port, host = "127.0.0.1") =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, () => {
          const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
          provider = createProvider(issuer, options);
          resolve(issuer);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Our own pages; everything else is the provider's. */
async function answer(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? "/", "http://127.0.0.1").pathname;
  const uid = /^\/interaction\/([\w-]+)$/.exec(path)?.[1];
  if (uid !== undefined) return interact(provider, uid, request, response);
  const asset = ASSETS[path];
  if (asset !== undefined)
    return void response.writeHead(200, { "content-type": `${asset.type}; charset=utf-8` }).end(asset.body);
  if (path === "/") return showPage(response, homePage());
  await provider.callback()(request, response);
}

async function interact(
  provider: Provider,
  uid: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await provider.interactionDetails(request, response);
  } catch (error) {
    // Begun in another browser, or before the last start.
    return showPage(response, refusalPage(`Deze aanmelding is verlopen. ${BEGIN_AGAIN}`, String(error)), 400);
  }
  if (request.method !== "POST") return showPage(response, loginPage({ uid, hasFailed: false }));
  if (!fromOwnPage(request)) return showPage(response, refusalPage("Niet toegestaan.", ""), 403);
  const form = new URLSearchParams(await text(request));
  const account = accountOf(form.get("user") ?? "", form.get("password") ?? "");
  if (account === null) return showPage(response, loginPage({ uid, hasFailed: true }), 401);
  await provider.interactionFinished(request, response, { login: { accountId: account.user } });
}

function showPage(response: ServerResponse, markup: string, status = 200): void {
  response
    .writeHead(status, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": PAGE_POLICY,
      "cache-control": "no-store",
    })
    .end(markup);
}
