import { describeError, Failure } from "../../domain/failure.ts";
import { asksForRest } from "../http/call-result.ts";
import type { NoAccess, Parked, Unavailable } from "../http/errors.ts";
import type { HttpResult } from "../http/http.ts";
import type { Unit4Telemetry } from "../http/unit4-telemetry.ts";
import type { Access } from "../tokens/access.ts";
import type { Secret } from "../tokens/secret.ts";
import type { TokenKeeper } from "../tokens/tokens.ts";
import type { Gate } from "./gate.ts";
import type { Park } from "./parking.ts";

/** What came of one try: a result of the request, or why none was made. */
export type Try =
  | { readonly kind: "sent"; readonly result: HttpResult; readonly parkedUntil: number | null }
  | Parked
  | NoAccess
  | Unavailable;

/** How long a token is waited for: after that the request is not made, while the renewal goes on. */
type Patience = {
  /** In milliseconds, from now on. */
  leftMs(): number;
  /** Ends the waiting when it fires. */
  readonly signal?: AbortSignal;
};

/** One try of a request as a tenant: `send` makes the request with the token that it is given. */
export type TenantCall = (
  tenantId: string,
  send: (token: Secret) => Promise<HttpResult>,
  patience: Patience,
) => Promise<Try>;

type Parts = {
  readonly tokens: TokenKeeper;
  readonly gate: Gate;
  readonly park: Park;
  readonly telemetry: Unit4Telemetry;
};

/**
 * Gives a request the tenant's token and holds it to the tenant's rest. 401 is answered by one renewal and one repeat,
 * for any method, since it says that nothing was done.
 */
export function createTenantCall(parts: Parts): TenantCall {
  return async (tenantId, send, patience) => {
    const access = await accessFor(parts, tenantId, inTime(patience, parts.tokens.access(tenantId)));
    if (access.kind !== "granted") return access;
    const first = await guarded(parts, tenantId, () => send(access.token));
    if (first.kind !== "sent" || !isUnauthorized(first.result)) return ended(parts, tenantId, first, access);

    const renewed = await accessFor(
      parts,
      tenantId,
      inTime(patience, parts.tokens.renew(tenantId, access.token)),
    );
    if (renewed.kind !== "granted") return renewed;
    const second = await guarded(parts, tenantId, () => send(renewed.token));
    return ended(parts, tenantId, second, renewed);
  };
}

/** Tries with a token that belongs to no stored connection: it is neither renewed nor is anybody's rest kept by it. */
export const callWith =
  (token: Secret): TenantCall =>
  async (_tenantId, send) => ({ kind: "sent", result: await send(token), parkedUntil: null });

type Granted = Extract<Access, { readonly kind: "granted" }>;

/** Waits for a token no longer than it can be of use. */
async function inTime({ leftMs, signal }: Patience, access: Promise<Access>): Promise<Access> {
  const givenUp = Promise.withResolvers<Access>();
  const giveUp = (): void => givenUp.resolve({ kind: "unavailable", reason: "TOKEN_NOT_IN_TIME" });
  const timer = setTimeout(giveUp, Math.min(Math.max(0, leftMs()), LONGEST_TIMER_MS));
  signal?.addEventListener("abort", giveUp, { once: true });
  if (signal?.aborted) giveUp();
  try {
    return await Promise.race([access, givenUp.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  }
}

/** Node's timers hold no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A token, or why there is none. A stored token that does not open concerns this tenant, not the process. */
async function accessFor(
  parts: Parts,
  tenantId: string,
  asked: Promise<Access>,
): Promise<Granted | Parked | NoAccess | Unavailable> {
  try {
    return await asked;
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
  return { kind: "sent", result, parkedUntil: await parts.park(tenantId, result.headers["retry-after"]) };
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
