import { describeError, Failure } from "../domain/failure.ts";
import { postgresTrouble } from "../postgres.ts";
import type { Gate } from "./calls/gate.ts";
import { asksForRest } from "./http/call-result.ts";
import type { NoAccess, Parked, Unavailable } from "./http/errors.ts";
import type { Unit4Telemetry } from "./http/unit4-telemetry.ts";
import type { HttpResult } from "./http.ts";
import type { Access } from "./tokens/access.ts";
import type { Secret } from "./tokens/secret.ts";
import type { TokenKeeper } from "./tokens.ts";

/** What came of one try: a result of the request, or why none was made. */
export type Try =
  | { readonly kind: "sent"; readonly result: HttpResult; readonly parkedUntil: number | null }
  | Parked
  | NoAccess
  | Unavailable;

/** One try of a request as a tenant: `send` makes the request with the token that it is given. */
export type TenantCall = (tenantId: string, send: (token: Secret) => Promise<HttpResult>) => Promise<Try>;

type Parts = {
  readonly tokens: TokenKeeper;
  readonly gate: Gate;
  /** Tells all processes that the tenant rests; milliseconds from now on. */
  readonly keepRest: (tenantId: string, restMs: number) => Promise<void>;
  readonly telemetry: Unit4Telemetry;
  readonly now: () => number;
};

/**
 * Gives a request the tenant's token and holds it to the tenant's rest. 401 is answered by one renewal and one repeat,
 * for any method, since it says that nothing was done.
 */
export function createTenantCall(parts: Parts): TenantCall {
  return async (tenantId, send) => {
    const access = await accessFor(parts, tenantId, () => parts.tokens.access(tenantId));
    if (access.kind !== "granted") return access;
    const first = await guarded(parts, tenantId, () => send(access.token));
    if (first.kind !== "sent" || !isUnauthorized(first.result)) return ended(parts, tenantId, first, access);

    const renewed = await accessFor(parts, tenantId, () => parts.tokens.renew(tenantId, access.token));
    if (renewed.kind !== "granted") return renewed;
    const second = await guarded(parts, tenantId, () => send(renewed.token));
    return ended(parts, tenantId, second, renewed);
  };
}

type Granted = Extract<Access, { readonly kind: "granted" }>;

/** A token, or why there is none. A stored token that does not open is this tenant's trouble, not the process's. */
async function accessFor(
  parts: Parts,
  tenantId: string,
  ask: () => Promise<Access>,
): Promise<Granted | Parked | NoAccess | Unavailable> {
  try {
    const access = await ask();
    if (access.kind !== "asked-to-wait") return access;
    return { kind: "parked", until: await park(parts, tenantId, access.retryAfter) };
  } catch (error) {
    const isOfTheToken =
      error instanceof Failure && (error.code === "TOKEN_KEY_UNKNOWN" || error.code === "TOKEN_UNREADABLE");
    if (!isOfTheToken) throw error;
    parts.telemetry.tokenRenewed(tenantId, "unavailable", describeError(error));
    return { kind: "unavailable", reason: error.code };
  }
}

/** Makes the request unless the tenant was asked to rest while the token was fetched; closes the gate where it is now. */
async function guarded(parts: Parts, tenantId: string, send: () => Promise<HttpResult>): Promise<Try> {
  const until = parts.gate.restsUntil(tenantId);
  if (until !== null) return { kind: "parked", until };
  const result = await send();
  if (result.kind !== "answer" || !asksForRest(result)) return { kind: "sent", result, parkedUntil: null };
  return { kind: "sent", result, parkedUntil: await park(parts, tenantId, result.headers["retry-after"]) };
}

async function park(parts: Parts, tenantId: string, retryAfter: string | undefined): Promise<number> {
  const until = parts.gate.close(tenantId, retryAfter);
  parts.telemetry.tenantParked(tenantId, until);
  try {
    await parts.keepRest(tenantId, until - parts.now());
  } catch (error) {
    // This process keeps to it all the same; what the call gave must not be lost for it.
    if (postgresTrouble(error) === null) throw error;
    parts.telemetry.notNoted(tenantId, "rest", describeError(error));
  }
  return until;
}

async function ended(parts: Parts, tenantId: string, attempt: Try, access: Granted): Promise<Try> {
  if (attempt.kind !== "sent" || attempt.result.kind !== "answer") return attempt;
  const { status } = attempt.result;
  if (status < 200 || status >= 300) return attempt;
  parts.gate.wentThrough(tenantId);
  await parts.tokens.worked(tenantId, access);
  return attempt;
}

const isUnauthorized = (result: HttpResult): boolean => result.kind === "answer" && result.status === 401;
