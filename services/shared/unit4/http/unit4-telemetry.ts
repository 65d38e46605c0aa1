import { systemClock } from "../../clock.ts";
import type { Telemetry } from "../../telemetry.ts";
import { dependencyMoments } from "../../watch/dependencies.ts";

/** Everything that is asked of Unit4; a bounded set, it is a label. */
const OPERATIONS = [
  "article-search",
  "custom-field-list",
  "customer-list",
  "customer",
  "address-list",
  "article-list",
  "article",
  "article-group-list",
  "order",
  "order-by-number",
  "order-list",
  "open-order-list",
  "administration-list",
] as const;

export type Operation = (typeof OPERATIONS)[number];

/** How calls end: the kinds of Outcome and PostOutcome. */
const CALL_RESULTS = [
  "ok",
  "written",
  "refused",
  "unknown",
  "not-sent",
  "not-found",
  "forbidden",
  "parked",
  "revoked",
  "client-refused",
  "unavailable",
] as const;

type CallResult = (typeof CALL_RESULTS)[number];
/** Those that show that Unit4 is there and does its work, whatever it said. */
const ANSWERS: ReadonlySet<CallResult> = new Set(["ok", "written", "refused", "not-found", "forbidden"]);

const TOKEN_RESULTS = [
  "granted",
  "taken-over",
  "revoked",
  "client-refused",
  "asked-to-wait",
  "unavailable",
] as const;

export type TokenResult = (typeof TOKEN_RESULTS)[number];

/** What is noted of the calls to Unit4; tenant ids stand in log lines only. */
export type Unit4Telemetry = {
  callEnded(call: {
    readonly tenantId: string;
    readonly operation: Operation;
    readonly result: CallResult;
    readonly reason: string;
    readonly seconds: number;
  }): void;
  callRepeated(operation: Operation): void;
  tenantParked(tenantId: string, untilMs: number): void;
  tokenRenewed(tenantId: string, result: TokenResult, reason: string): void;
  /** Something was not written to the registry; what it would have saved is said by `what`. */
  notNoted(tenantId: string, what: string, error: string): void;
};

/** The metrics and log lines of the Unit4 client; once for each process. */
export function createUnit4Telemetry(telemetry: Telemetry): Unit4Telemetry {
  const { log, counter, histogram } = telemetry;
  const answered = dependencyMoments(telemetry, ["unit4"]);
  const calls = counter("simon_unit4_calls_total", "Calls to Unit4 by how they ended.", {
    operation: OPERATIONS,
    result: CALL_RESULTS,
  });
  const durations = histogram("simon_unit4_call_seconds", "Duration of a call to Unit4, repeats included.", {
    operation: OPERATIONS,
  });
  const repeats = counter("simon_unit4_repeats_total", "GETs that were made again.", {
    operation: OPERATIONS,
  });
  const parked = counter("simon_unit4_parked_total", "Times that Unit4 asked for rest.", {});
  const renewals = counter(
    "simon_unit4_token_renewals_total",
    "Renewals of access tokens by how they ended.",
    {
      result: TOKEN_RESULTS,
    },
  );
  return {
    callEnded: ({ tenantId, operation, result, reason, seconds }) => {
      calls({ operation, result });
      durations({ operation }, seconds);
      if (ANSWERS.has(result)) answered("unit4", systemClock());
      const fields = { tenantId, operation, result, reason, seconds };
      if (result === "ok" || result === "written") log.debug("unit4_call_ended", fields);
      // For all tenants, and nothing that they can mend.
      else if (/^(TOKEN_)?CERTIFICATE_/.test(reason)) log.error("unit4_call_ended", fields);
      else log.info("unit4_call_ended", fields);
    },
    callRepeated: (operation) => repeats({ operation }),
    tenantParked: (tenantId, untilMs) => {
      parked({});
      log.warn("unit4_parked", { tenantId, until: new Date(untilMs).toISOString() });
    },
    tokenRenewed: (tenantId, result, reason) => {
      renewals({ result });
      if (result === "granted" || result === "taken-over")
        log.info("unit4_token_renewed", { tenantId, result });
      else if (result === "client-refused") log.error("unit4_token_renewed", { tenantId, result, reason });
      else log.warn("unit4_token_renewed", { tenantId, result, reason });
    },
    notNoted: (tenantId, what, error) => log.warn("unit4_not_noted", { tenantId, what, error }),
  };
}
