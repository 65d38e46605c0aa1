import { describeError } from "../../domain/failure.ts";
import { postgresErrorKind } from "../../postgres.ts";
import type { Unit4Telemetry } from "../http/unit4-telemetry.ts";
import type { Gate } from "./gate.ts";

/** Lets a tenant rest, in all processes. @param retryAfter the header. @returns until when, milliseconds since 1970 UTC */
export type Park = (tenantId: string, retryAfter: string | undefined) => Promise<number>;

/** @param parts.keepRest tells all processes that the tenant rests; milliseconds from now on */
export function createPark(parts: {
  readonly gate: Gate;
  readonly keepRest: (tenantId: string, restMs: number) => Promise<void>;
  readonly telemetry: Unit4Telemetry;
  readonly now: () => number;
}): Park {
  return async (tenantId, retryAfter) => {
    const until = parts.gate.close(tenantId, retryAfter);
    parts.telemetry.tenantParked(tenantId, until);
    try {
      await parts.keepRest(tenantId, until - parts.now());
    } catch (error) {
      // This process keeps to it all the same; what the call gave must not be lost for it.
      if (postgresErrorKind(error) === null) throw error;
      parts.telemetry.notNoted(tenantId, "rest", describeError(error));
    }
    return until;
  };
}
