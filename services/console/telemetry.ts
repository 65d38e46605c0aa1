import type { Telemetry } from "../shared/telemetry.ts";

export type ConsoleTelemetry = ReturnType<typeof createConsoleTelemetry>;

const STATUSES = ["2xx", "3xx", "4xx", "5xx"] as const;
const SIGN_INS = ["done", "refused", "unknown_person", "blocked"] as const;
export type SignInResult = (typeof SIGN_INS)[number];

/** What happens in this service: log line and metric of each. */
export function createConsoleTelemetry(telemetry: Telemetry) {
  const { log } = telemetry;
  const requests = telemetry.histogram(
    "simon_console_requests_seconds",
    "Time to answer, by kind of answer.",
    {
      status: STATUSES,
    },
  );
  const signIns = telemetry.counter("simon_console_sign_ins_total", "Sign-ins by what came of them.", {
    result: SIGN_INS,
  });
  const streams = telemetry.gauge("simon_console_streams", "Live pieces of pages that are open.", {});
  const loops = telemetry.counter(
    "simon_console_loop_failures_total",
    "Turns of background loops that failed.",
    {
      loop: ["housekeeping", "tombstones", "settings_check", "rehearsal"],
    },
  );
  return {
    answered: (statusCode: number, ms: number): void => {
      requests({ status: STATUSES[Math.floor(statusCode / 100) - 2] ?? "5xx" }, ms / 1000);
    },
    requestFailed: (requestId: string, url: string, error: string): void =>
      log.error("request_failed", { requestId, url, error }),
    requestHeld: (waitsFor: string, error: string): void => log.warn("request_held", { waitsFor, error }),
    signedIn: (result: SignInResult, fields: object = {}): void => {
      signIns({ result });
      log.info("signed_in", { result, ...fields });
    },
    streamsOpen: (count: number): void => streams({}, count),
    streamFailed: (error: string): void => log.warn("stream_failed", { error }),
    loopFailed: (
      loop: "housekeeping" | "tombstones" | "settings_check" | "rehearsal",
      error: string,
    ): void => {
      loops({ loop });
      log.warn("loop_failed", { loop, error });
    },
  };
}
