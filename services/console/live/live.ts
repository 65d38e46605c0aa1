import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { pause } from "../../shared/clock.ts";
import { describeError } from "../../shared/domain/failure.ts";
import { outageOf } from "../../shared/kafka/hold.ts";
import type { ConsoleTelemetry } from "../telemetry.ts";

/** Pieces of pages that follow what happens, by server-sent events. */
export type Live = {
  /**
   * Keeps the answer open and sends `look`'s markup as event `name` whenever it changed, until the person leaves or is
   * no longer signed in. `look` is asked every two seconds.
   */
  follow(request: FastifyRequest, reply: FastifyReply, piece: Piece): FastifyReply;
};

type Piece = {
  readonly name: string;
  readonly look: () => Promise<string>;
  readonly isAllowed: () => Promise<boolean>;
};

const LOOK_EVERY_MS = 2_000;
/** A stream ends after so long; the browser opens the next one by itself, with a fresh look at who it is. */
const LONGEST_MS = 10 * 60_000;
const ALLOWED_EVERY_LOOKS = 15;
/** Streams of one process at most; who comes later reloads the page instead. */
const MOST_STREAMS = 500;

export function createLive(app: FastifyInstance, telemetry: ConsoleTelemetry): Live {
  const closing = new AbortController();
  let open = 0;
  // An open stream would keep the server from closing for ever.
  app.addHook("preClose", async () => closing.abort());

  return {
    follow: (request, reply, piece) => {
      if (open >= MOST_STREAMS || closing.signal.aborted) return reply.code(204).send();
      reply.hijack();
      const gone = new AbortController();
      request.raw.on("close", () => gone.abort());
      reply.raw.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      });
      open += 1;
      telemetry.streamsOpen(open);
      void send(reply.raw, piece, AbortSignal.any([closing.signal, gone.signal]))
        .catch((error: unknown) => telemetry.streamFailed(describeError(error)))
        .finally(() => {
          open -= 1;
          telemetry.streamsOpen(open);
          reply.raw.end();
        });
      return reply;
    },
  };
}

async function send(to: FastifyReply["raw"], piece: Piece, until: AbortSignal): Promise<void> {
  let last = "";
  for (let looks = 0; looks * LOOK_EVERY_MS < LONGEST_MS; looks += 1) {
    if (isTimeToAsk(looks) && !(await piece.isAllowed())) return;
    const markup = (await lookOrNothing(piece.look)) ?? last;
    to.write(markup === last ? ":\n\n" : eventText(piece.name, markup));
    last = markup;
    if (!(await pause(LOOK_EVERY_MS, until))) return;
  }
}

const isTimeToAsk = (looks: number): boolean => looks % ALLOWED_EVERY_LOOKS === ALLOWED_EVERY_LOOKS - 1;

/** While Postgres is away the page stays as it is: null. */
async function lookOrNothing(look: () => Promise<string>): Promise<string | null> {
  try {
    return await look();
  } catch (error) {
    if (outageOf(error) === null) throw error;
    return null;
  }
}

/** Each line of the data in a field of its own (HTML standard, server-sent events). */
export const eventText = (name: string, markup: string): string =>
  `event: ${name}\n${markup
    .split(/\r\n|\r|\n/)
    .map((line) => `data: ${line}\n`)
    .join("")}\n`;
