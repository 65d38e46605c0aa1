import { once } from "node:events";
import { PassThrough } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { pause } from "../../shared/clock.ts";
import { describeError } from "../../shared/domain/failure.ts";
import { outageOf } from "../../shared/kafka/hold.ts";
import { Refusal } from "../access/refusals.ts";
import type { Revisit } from "../access/visit.ts";
import type { ConsoleTelemetry, DownloadEnd } from "../telemetry.ts";
import { longestWait, patienceLeft, type ReaderLimits } from "./domain/reader-patience.ts";

/** Sends a piece; resolves when the reader takes more. Rejects when it has gone, is too slow, or may read no longer. */
type SendPiece = (text: string) => Promise<void>;

/** Makes the file, piece by piece. @param ending fires when nobody waits for it any more */
type WriteFile = (send: SendPiece, ending: AbortSignal) => Promise<void>;

/** Files that are made while they are read. */
export type Downloads = {
  /**
   * Answers with what `write` sends, no faster than it is read: nothing piles up. Between two pieces it rests for as long as the
   * piece took, a second at most, so that pages come in between. It is cut, which the reader sees as a file that broke off, when the
   * reader is too slow for the place that it takes, and when the person's rights end: they are looked at every two seconds.
   */
  send(request: FastifyRequest, reply: FastifyReply, write: WriteFile): FastifyReply;
};

const LIMITS: DownloadLimits = {
  // Sooner than Postgres ends a transaction that is idle.
  stallsAfterMs: 15_000,
  patienceMs: 60_000,
  leastBytesPerSecond: 64 * 1024,
  longestMs: 10 * 60_000,
  lookEveryMs: 2_000,
};

export type DownloadLimits = ReaderLimits & {
  readonly longestMs: number;
  /** How often the person's rights are looked at. */
  readonly lookEveryMs: number;
};

/** A piece may have waited long for Postgres; a rest as long would be counted as an idle transaction. */
const LONGEST_REST_MS = 1_000;

/** Ends a download before its end. */
class CutOff extends Error {
  readonly end: DownloadEnd;
  constructor(end: DownloadEnd) {
    super(`the download was cut off: ${end}`);
    this.end = end;
  }
}

export function createDownloads(
  telemetry: Pick<ConsoleTelemetry, "downloadCut" | "downloadFailed">,
  revisit: Revisit,
  limits: DownloadLimits = LIMITS,
): Downloads {
  return {
    send: (request, reply, write) => {
      const stream = new PassThrough();
      const [over, cut] = [new AbortController(), new AbortController()];
      stream.once("close", () => over.abort());
      const ending = AbortSignal.any([over.signal, cut.signal]);
      const fail = (error: Error): void => {
        if (over.signal.aborted) return;
        if (error instanceof CutOff)
          telemetry.downloadCut(error.end, { requestId: request.id, route: request.routeOptions.url ?? "" });
        else telemetry.downloadFailed(describeError(error));
        // Nothing has left yet: the page that says so is no file.
        if (!reply.raw.headersSent) reply.removeHeader("content-disposition");
        const isPage = !reply.raw.headersSent && error instanceof CutOff && error.end === "rights_ended";
        stream.destroy(isPage ? new Refusal("SIGN_IN_FIRST") : error);
        over.abort();
      };
      cut.signal.addEventListener("abort", () => fail(cut.signal.reason), { once: true });

      void watch(request, { revisit, limits, ending }).then((end) => {
        if (end !== null) cut.abort(new CutOff(end));
      }, fail);
      request.reader.follow(write(sendTo(stream, limits, ending), ending)).then(() => stream.end(), fail);
      return reply.send(stream);
    },
  };
}

/** Looks whether the download may go on, until it is over. @returns why it has to end; null when it has ended by itself */
async function watch(
  request: FastifyRequest,
  {
    revisit,
    limits: { lookEveryMs, longestMs },
    ending,
  }: { readonly revisit: Revisit; readonly limits: DownloadLimits; readonly ending: AbortSignal },
): Promise<DownloadEnd | null> {
  const begunAt = performance.now();
  while (await pause(lookEveryMs, ending)) {
    if (performance.now() - begunAt > longestMs) return "too_long";
    if (!(await mayRead(request, revisit))) return "rights_ended";
  }
  return null;
}

/** While Postgres is away nobody's rights change. */
async function mayRead(request: FastifyRequest, revisit: Revisit): Promise<boolean> {
  try {
    return (await revisit(request)) !== null;
  } catch (error) {
    if (outageOf(error) === null) throw error;
    return true;
  }
}

function sendTo(stream: PassThrough, limits: DownloadLimits, ending: AbortSignal): SendPiece {
  let [leftMs, untaken] = [limits.patienceMs, 0];
  const waitForReader = async (): Promise<void> => {
    const wait = longestWait(limits, leftMs);
    const tooLong = AbortSignal.timeout(wait.ms);
    const begunAt = performance.now();
    try {
      await once(stream, "drain", { signal: AbortSignal.any([ending, tooLong]) });
    } catch (error) {
      if (tooLong.aborted && !ending.aborted) throw new CutOff(wait.ends);
      throw error;
    }
    leftMs = patienceLeft(limits, leftMs, { waitedMs: performance.now() - begunAt, bytes: untaken });
    untaken = 0;
  };
  let begunAt = performance.now();
  return async (text) => {
    const tookMs = performance.now() - begunAt;
    ending.throwIfAborted();
    untaken += Buffer.byteLength(text);
    if (!stream.write(text)) await waitForReader();
    await pause(Math.min(tookMs, LONGEST_REST_MS), ending);
    begunAt = performance.now();
  };
}
