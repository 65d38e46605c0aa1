import type { Clock } from "../../clock.ts";
import type { TenantCall, Try } from "../calls/tenant-call.ts";
import type { Http, HttpResult } from "../http/http.ts";
import type { Operation, Unit4Telemetry } from "../http/unit4-telemetry.ts";
import type { Secret } from "../tokens/secret.ts";
import { type PostOutcome, sentOutcome } from "./order-outcome.ts";

/** POSTs once: whoever wants it again looks first whether it is there. */
export type Post = (request: {
  readonly tenantId: string;
  readonly operation: Operation;
  readonly path: string;
  /** JSON. */
  readonly body: string;
  /** The exchange is over by then, milliseconds since 1970 UTC. */
  readonly deadlineMs: number;
}) => Promise<PostOutcome>;

/** With less left than this an answer in time is not to be expected: better not to begin. */
const LEAST_MS = 1_000;

/** @param options.timeoutMs for one POST */
export function createPost(options: {
  readonly http: Http;
  readonly baseUrl: string;
  readonly tenantCall: TenantCall;
  readonly telemetry: Unit4Telemetry;
  readonly now: Clock;
  readonly timeoutMs: number;
}): Post {
  const { http, tenantCall, telemetry } = options;
  return async ({ tenantId, operation, path, body, deadlineMs }) => {
    const begin = performance.now();
    const send = async (token: Secret): Promise<HttpResult> => {
      // The tenant's token may have taken its time.
      const leftMs = deadlineMs - options.now();
      if (leftMs < LEAST_MS) return { kind: "not-sent", reason: "DEADLINE_PASSED" };
      return http.send({
        method: "POST",
        url: new URL(options.baseUrl + path),
        headers: {
          accept: "application/json",
          "content-type": "application/json",
          authorization: `Bearer ${token.reveal()}`,
        },
        body,
        timeoutMs: Math.min(options.timeoutMs, leftMs),
        isAlone: true,
      });
    };
    const attempt = await tenantCall(tenantId, send, {
      leftMs: () => deadlineMs - options.now(),
    });
    const outcome = postOutcome(attempt);
    telemetry.callEnded({
      tenantId,
      operation,
      result: outcome.kind,
      reason: "reason" in outcome ? outcome.reason : "",
      seconds: (performance.now() - begin) / 1_000,
    });
    return outcome;
  };
}

function postOutcome(attempt: Try): PostOutcome {
  if (attempt.kind === "unavailable") return { kind: "not-sent", reason: attempt.reason };
  if (attempt.kind !== "sent") return attempt;
  const outcome = sentOutcome(attempt.result);
  // A 503 with a Retry-After leaves the order as unknown as any other; the tenant rests all the same.
  const isPutOff = outcome.kind === "not-sent" && attempt.parkedUntil !== null;
  return isPutOff ? { kind: "parked", until: attempt.parkedUntil } : outcome;
}
