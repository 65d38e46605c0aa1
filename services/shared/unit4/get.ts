import { pause } from "../clock.ts";
import { type Backoff, backoffMs } from "../domain/backoff.ts";
import { createRetryBudget } from "./calls/retry-budget.ts";
import { getResult } from "./http/call-result.ts";
import type { Outcome } from "./http/errors.ts";
import type { UnusableReason } from "./http/json-answer.ts";
import type { Operation, Unit4Telemetry } from "./http/unit4-telemetry.ts";
import type { Http, HttpAnswer } from "./http.ts";
import type { TenantCall, Try } from "./tenant-call.ts";

type GetRequest = {
  readonly tenantId: string;
  readonly operation: Operation;
  /** Below the base URL, with the query: `/api/MVL00042/CustomerInfoList?$top=1000`. */
  readonly path: string;
};

/** What an answer with a good status holds, or why that is nothing usable. */
export type Reading<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "unusable"; readonly reason: UnusableReason };

/** GETs one resource, with repeats. */
export type Get = <T>(request: GetRequest, read: (answer: HttpAnswer) => Reading<T>) => Promise<Outcome<T>>;

const MOST_REPEATS = 2;
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
  readonly telemetry: Unit4Telemetry;
  readonly random: () => number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}): Get {
  const { http, tenantCall, telemetry, signal } = options;
  const budget = createRetryBudget();

  return async (request, read) => {
    const begin = performance.now();
    const leftMs = (): number => options.timeoutMs - (performance.now() - begin);
    const url = new URL(options.baseUrl + request.path);
    const once = async () => {
      const attempt = await tenantCall(request.tenantId, (token) =>
        http.send({
          method: "GET",
          url,
          headers: { accept: "application/json", authorization: `Bearer ${token.reveal()}` },
          timeoutMs: Math.max(1, leftMs()),
          signal,
        }),
      );
      return outcomeOf(attempt, read);
    };

    budget.earn();
    let outcome = await once();
    for (let repeat = 1; repeat <= MOST_REPEATS && isPassing(outcome); repeat += 1) {
      const waitMs = backoffMs(BETWEEN_TRIES, repeat, options.random());
      if (leftMs() <= waitMs || !budget.spend() || !(await pause(waitMs, signal))) break;
      telemetry.callRepeated(request.operation);
      outcome = await once();
    }
    telemetry.callEnded({
      tenantId: request.tenantId,
      operation: request.operation,
      result: outcome.kind,
      reason: "reason" in outcome ? outcome.reason : "",
      seconds: (performance.now() - begin) / 1_000,
    });
    return outcome;
  };
}

function outcomeOf<T>(attempt: Try, read: (answer: HttpAnswer) => Reading<T>): Outcome<T> {
  if (attempt.kind !== "sent") return attempt;
  if (attempt.parkedUntil !== null) return { kind: "parked", until: attempt.parkedUntil };
  const result = getResult(attempt.result);
  if (result.kind !== "ok") return result;
  const reading = read(result.value);
  return reading.kind === "ok" ? reading : { kind: "unavailable", reason: reading.reason };
}

/** A token that cannot be had is not asked for again here: that has a rhythm of its own. */
const isPassing = (outcome: Outcome<unknown>): boolean =>
  outcome.kind === "unavailable" && outcome.reason !== "STOPPED" && !outcome.reason.startsWith("TOKEN_");
