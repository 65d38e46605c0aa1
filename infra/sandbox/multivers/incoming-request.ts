import type { TokenStore } from "./oauth/token-store.ts";
import { operationOf } from "./request/operation.ts";
import { memberOf } from "./request/request-model.ts";
import type { RequestPath } from "./request/request-path.ts";
import type { SeenRequest } from "./request/seen-request.ts";

/** A request as it came over the wire. */
export type RawRequest = Readonly<{
  method: string;
  /** Path and query, still encoded. */
  url: string;
  authorization: string | undefined;
  /** Of the header `x-request-id`. */
  requestId: string | undefined;
  body: string;
}>;

/** Where a request is aimed: `database` is the administration it names, as registered, or null. */
export type Address = Readonly<{ path: RequestPath; query: URLSearchParams; database: string | null }>;

/** What is known of a request before anything is done for it. */
export function incomingRequest(
  { method, authorization, body }: RawRequest,
  { path, query, database }: Address,
  { tokens, atMs }: Readonly<{ tokens: TokenStore; atMs: number }>,
): SeenRequest {
  const operation = operationOf(path, database);
  const form = operation.toLowerCase() === "oauth/token" ? new URLSearchParams(body) : null;
  const isOrder = method === "POST" && operation.toLowerCase() === "order";
  return {
    method,
    path: `/${path.area}/${path.segments.join("/")}`,
    query,
    database,
    operation,
    owner: form === null ? portalUserOf(authorization, tokens) : grantOwner(form, tokens),
    grant: form?.get("grant_type") ?? null,
    reference: isOrder ? referenceIn(body) : null,
    body,
    atMs,
    status: null,
  };
}

/** The token of an `Authorization` header, `""` without one. */
export function bearerToken(authorization: string | undefined): string {
  return /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? "")?.[1] ?? "";
}

function portalUserOf(authorization: string | undefined, tokens: TokenStore): string | null {
  const owner = tokens.ownerOf(bearerToken(authorization));
  return owner.kind === "valid" ? owner.portalUser : null;
}

function grantOwner(form: URLSearchParams, tokens: TokenStore): string | null {
  return tokens.ownerOfGrant(form.get("refresh_token") ?? form.get("code") ?? "");
}

function referenceIn(body: string): string | null {
  try {
    const reference = memberOf(JSON.parse(body), "reference");
    return typeof reference === "string" ? reference : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
