import { describeError } from "../shared/domain/failure.ts";
import type { Telemetry } from "../shared/telemetry.ts";
import { SIGNS, type Sign } from "./access/refusals.ts";
import { createCappedLog } from "./parts/capped-log.ts";

export type ConsoleTelemetry = ReturnType<typeof createConsoleTelemetry>;

const STATUSES = ["2xx", "3xx", "4xx", "5xx"] as const;
const SIGN_INS = ["done", "refused", "unknown_person", "blocked"] as const;
/** Why a download ended before its end. */
const DOWNLOAD_ENDS = ["stalled", "slow", "too_long", "rights_ended"] as const;
export type DownloadEnd = (typeof DOWNLOAD_ENDS)[number];
export type SignInResult = (typeof SIGN_INS)[number];

/** A request that was refused, as far as the log may know it. */
export type RefusedRequest = {
  readonly requestId: string;
  readonly method: string;
  /** As the table of routes has it, without what was filled in. */
  readonly route: string;
  readonly userId: number | null;
  /** Where it came from: a name of this process for the address. */
  readonly source: string;
};

/** What happens in this service: log line and metric of each. */
export function createConsoleTelemetry(telemetry: Telemetry) {
  const { log } = telemetry;
  const warn = createCappedLog(log);
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
  const refusals = telemetry.counter(
    "simon_console_refusals_total",
    "Requests that were refused and may be a sign of somebody at a door that is not theirs.",
    { sign: SIGNS },
  );
  const streams = telemetry.gauge("simon_console_streams", "Live pieces of pages that are open.", {});
  const cuts = telemetry.counter(
    "simon_console_downloads_cut_total",
    "Files that were cut off: their reader took too little, or was no longer allowed to.",
    { end: DOWNLOAD_ENDS },
  );
  const rehearsalFailures = telemetry.counter(
    "simon_rehearsal_page_failures_total",
    "Pages of a rehearsal that could not be counted; they are read once more.",
    {},
  );
  return {
    answered: (statusCode: number, ms: number): void => {
      requests({ status: STATUSES[Math.floor(statusCode / 100) - 2] ?? "5xx" }, ms / 1000);
    },
    requestFailed: (requestId: string, url: string, error: string): void =>
      log.error("request_failed", { requestId, url, error }),
    requestHeld: (waitsFor: string, error: string, source: string): void =>
      warn("request_held", waitsFor, source, { waitsFor, error }),
    signedIn: (userId: number): void => {
      signIns({ result: "done" });
      log.info("signed_in", { result: "done", userId });
    },
    signInRefused: (result: Exclude<SignInResult, "done">, source: string): void => {
      signIns({ result });
      warn("signed_in", result, source, { result, source });
    },
    refused: (sign: Sign, request: RefusedRequest): void => {
      refusals({ sign });
      warn("request_refused", sign, request.source, { sign, ...request });
    },
    streamsOpen: (count: number): void => streams({}, count),
    streamFailed: (error: string): void => log.warn("stream_failed", { error }),
    downloadCut: (end: DownloadEnd, fields: { readonly requestId: string; readonly route: string }): void => {
      cuts({ end });
      log.warn("download_cut", { end, ...fields });
    },
    downloadFailed: (error: string): void => log.warn("download_failed", { error }),
    rehearsalPageFailed: (tenantId: string, error: unknown): void => {
      rehearsalFailures({});
      log.error("rehearsal_page_failed", { tenantId, error: describeError(error) });
    },
  };
}
