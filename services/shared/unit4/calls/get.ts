import { randomUUID } from "node:crypto";
import { pause } from "../../clock.ts";
import { type Backoff, backoffMs } from "../../domain/backoff.ts";
import type { SharedSlots } from "../../slots.ts";
import { getResult } from "../http/call-result.ts";
import type { CallResult, Unit4Tenant } from "../http/errors.ts";
import type { Http, HttpAnswer, HttpRequest, HttpResult } from "../http/http.ts";
import type { UnusableReason } from "../http/json-answer.ts";
import type { Operation, Unit4Telemetry } from "../http/unit4-telemetry.ts";
import { createRetryBudget } from "./retry-budget.ts";
import type { TenantCall, Try } from "./tenant-call.ts";

type GetRequest = {
  readonly tenant: Pick<Unit4Tenant, "tenantId" | "terms">;
  readonly operation: Operation;
  /** Below the base URL, with the query: `/api/MVL00042/CustomerInfoList?$top=1000`. */
  readonly path: string;
};

/** What an answer with a good status holds, or why that is nothing usable. */
export type Parsed<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "unusable"; readonly reason: UnusableReason };

/** GETs one resource, with repeats. */
export type Get = <T>(request: GetRequest, read: (answer: HttpAnswer) => Parsed<T>) => Promise<CallResult<T>>;

const MOST_REPEATS = 2;
/**
 * A kept connection that is silent for so long may be dead (case O57): the repeat takes a new one, and all its time.
 */
const SILENT_AFTER_MS = 12_000;
const BETWEEN_TRIES: Backoff = { firstMs: 500, longestMs: 4_000 };

/**
 * GETs, repeated at most twice, with jitter and within one deadline, for what is passing: no answer, 5xx, or a good
 * status with something else than data.
 * @param options.random number in [0, 1)
 * @param options.timeoutMs for all tries together
 */
export function createGet(options: {
  readonly http: Http;
  readonly baseUrl: string;
  readonly tenantCall: TenantCall;
  /** Connections, of which each tenant has its share. */
  readonly slots: SharedSlots<"tenant">;
  readonly telemetry: Unit4Telemetry;
  readonly random: () => number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}): Get {
  const { http, slots, tenantCall, telemetry, signal } = options;
  const budget = createRetryBudget();
  /** Operations of tenants whose Unit4 takes longer than that anyway: their silence proves nothing. */
  const slow = new Set<string>();

  return async (request, read) => {
    const begin = performance.now();
    // One for all its tries: whoever reads Unit4's side can tell a repeat from a call of its own.
    const callId = randomUUID();
    const leftMs = (): number => options.timeoutMs - (performance.now() - begin);
    const url = new URL(options.baseUrl + request.path);
    const { tenantId, terms } = request.tenant;
    const silenceMs = terms?.silenceMs ?? null;
    const ending = terms === undefined ? signal : AbortSignal.any([signal, terms.signal]);
    const mostRepeats = silenceMs === null ? MOST_REPEATS : 0;
    const name = `${tenantId}/${request.operation}`;
    /** A tenant that failed has its own limit on silence; of the others the first try has to be answered soon. */
    const silence = (isRepeat: boolean) => {
      if (silenceMs !== null) return { silenceMs };
      return isRepeat || slow.has(name) ? {} : { beginsWithinMs: SILENT_AFTER_MS };
    };
    /** Waits for a connection of the tenant's share, within the time that it has. */
    const sent = async (asked: Omit<HttpRequest, "timeoutMs">): Promise<HttpResult> => {
      const inTime = (): AbortSignal =>
        AbortSignal.any([ending, AbortSignal.timeout(Math.max(0, Math.ceil(leftMs())))]);
      const slot = await slots.take({ tenant: tenantId }, inTime);
      if (slot === null)
        return { kind: "not-sent", reason: ending.aborted ? "STOPPED" : "NO_CONNECTION_IN_TIME" };
      try {
        return await http.send({ ...asked, timeoutMs: Math.max(1, leftMs()) });
      } finally {
        slot.free();
      }
    };
    const once = async (isRepeat: boolean) => {
      const sentAt = performance.now();
      const attempt = await tenantCall(
        tenantId,
        (token) =>
          sent({
            method: "GET",
            url,
            headers: {
              accept: "application/json",
              authorization: `Bearer ${token.reveal()}`,
              "x-request-id": callId,
            },
            isAlone: isRepeat,
            ...silence(isRepeat),
            ...(terms === undefined ? {} : { mayGrow: terms.mayGrow }),
            signal: ending,
          }),
        { leftMs, signal: ending },
      );
      if (performance.now() - sentAt < SILENT_AFTER_MS) slow.delete(name);
      else if (isRepeat) slow.add(name);
      return resultOf(attempt, read);
    };

    budget.earn();
    let outcome = await once(false);
    for (let repeat = 1; repeat <= mostRepeats && isPassing(outcome); repeat += 1) {
      const waitMs = backoffMs(BETWEEN_TRIES, repeat, options.random());
      if (leftMs() <= waitMs || !budget.spend() || !(await pause(waitMs, ending))) break;
      telemetry.callRepeated(request.operation);
      outcome = await once(true);
    }
    telemetry.callEnded({
      tenantId,
      operation: request.operation,
      result: outcome.kind,
      reason: "reason" in outcome ? outcome.reason : "",
      seconds: (performance.now() - begin) / 1_000,
    });
    return outcome;
  };
}

function resultOf<T>(attempt: Try, read: (answer: HttpAnswer) => Parsed<T>): CallResult<T> {
  if (attempt.kind !== "sent") return attempt;
  if (attempt.parkedUntil !== null) return { kind: "parked", until: attempt.parkedUntil };
  const result = getResult(attempt.result);
  if (result.kind !== "ok") return result;
  const parsed = read(result.value);
  return parsed.kind === "ok" ? parsed : { kind: "unavailable", reason: parsed.reason };
}

/** A token that cannot be had is not asked for again here: that has a rhythm of its own. */
const isPassing = (outcome: CallResult<unknown>): boolean =>
  outcome.kind === "unavailable" && outcome.reason !== "STOPPED" && !outcome.reason.startsWith("TOKEN_");
