import { once } from "node:events";
import { PassThrough } from "node:stream";
import type { FastifyReply } from "fastify";
import { pause } from "../../shared/clock.ts";
import { describeError } from "../../shared/domain/failure.ts";
import type { ConsoleTelemetry } from "../telemetry.ts";

/** Sends a piece; resolves when the reader takes more. Rejects when it has gone, or has read nothing for too long. */
type SendPiece = (text: string) => Promise<void>;

/** Who reads nothing for so long loses the download, and the place that it takes: sooner than Postgres ends the transaction. */
const STALLS_AFTER_MS = 15_000;
const LONGEST_MS = 10 * 60_000;
/** A piece may have waited long for Postgres; a rest as long would be counted as an idle transaction. */
const LONGEST_REST_MS = 1_000;

/**
 * Answers with what `write` sends, no faster than it is read: nothing piles up. Between two pieces it rests for as long as the
 * piece took, a second at most, so that pages come in between.
 */
export function download(
  reply: FastifyReply,
  telemetry: ConsoleTelemetry,
  write: (send: SendPiece) => Promise<void>,
): FastifyReply {
  const stream = new PassThrough();
  const gone = new AbortController();
  stream.once("close", () => gone.abort());
  const over = AbortSignal.any([gone.signal, AbortSignal.timeout(LONGEST_MS)]);
  let begunAt = performance.now();
  const send: SendPiece = async (text) => {
    const tookMs = performance.now() - begunAt;
    over.throwIfAborted();
    if (!stream.write(text))
      await once(stream, "drain", { signal: AbortSignal.any([over, AbortSignal.timeout(STALLS_AFTER_MS)]) });
    await pause(Math.min(tookMs, LONGEST_REST_MS), over);
    begunAt = performance.now();
  };
  write(send).then(
    () => stream.end(),
    (error: unknown) => {
      if (gone.signal.aborted) return;
      telemetry.downloadFailed(describeError(error));
      // Nothing has left yet: the page that says so is no file.
      if (!reply.raw.headersSent) reply.removeHeader("content-disposition");
      stream.destroy(error as Error);
    },
  );
  return reply.send(stream);
}
