import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Clock, pause } from "../../shared/clock.ts";
import { describeError } from "../../shared/domain/failure.ts";
import { outageOf } from "../../shared/kafka/hold.ts";
import type { Connection } from "../../shared/postgres.ts";
import { type Revisit, type TenantVisit, tenantVisit } from "../access/visit.ts";
import type { ConsoleTelemetry } from "../telemetry.ts";
import { createSharedLooks, type SharedLooks } from "./shared-looks.ts";

/** Pieces of pages that follow what happens, by server-sent events. */
export type Live = {
  /**
   * Keeps the answer open and sends the piece's markup as event `name` whenever it changed, until the person leaves or may no
   * longer see this tenant as they did: signed out, blocked, moved, in another role. It is looked at every two seconds, with
   * the visit as it is by then.
   */
  follow<Seen>(request: FastifyRequest, reply: FastifyReply, piece: Piece<Seen>): FastifyReply;
};

type Piece<Seen> = {
  readonly name: string;
  /** What is read, apart from the tenant, where not all streams of this name read the same. */
  readonly of?: string;
  /** Reads what the piece shows: once for all of the tenant who follow it. */
  readonly read: (tx: Connection, tenantId: string) => Promise<Seen>;
  /** The markup for this person. */
  readonly show: (seen: Seen, visit: TenantVisit) => string;
};

const LOOK_EVERY_MS = 2_000;
/** A stream ends after so long; the browser opens the next one by itself, with a fresh look at who it is. */
const LONGEST_MS = 10 * 60_000;

export function createLive(
  app: FastifyInstance,
  telemetry: ConsoleTelemetry,
  { revisit, now }: { readonly revisit: Revisit; readonly now: Clock },
): Live {
  const closing = new AbortController();
  const looks = createSharedLooks(now);
  let open = 0;
  // An open stream would keep the server from closing for ever.
  app.addHook("preClose", async () => closing.abort());

  return {
    follow: (request, reply, piece) => {
      if (closing.signal.aborted) return reply.code(204).send();
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
      const until = AbortSignal.any([closing.signal, gone.signal]);
      void send(request, reply.raw, { piece, looks, revisit, until })
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

/** Nothing more may be seen. */
const OVER = Symbol("over");

async function send<Seen>(
  request: FastifyRequest,
  to: FastifyReply["raw"],
  {
    piece,
    looks,
    revisit,
    until,
  }: {
    readonly piece: Piece<Seen>;
    readonly looks: SharedLooks;
    readonly revisit: Revisit;
    readonly until: AbortSignal;
  },
): Promise<void> {
  let last = "";
  const look = async (visit: TenantVisit | null): Promise<string | typeof OVER> =>
    visit === null ? OVER : lookAt(piece, looks, visit);
  for (let times = 1; times * LOOK_EVERY_MS < LONGEST_MS; times += 1) {
    const seen = await unlessAway(async () =>
      look(times === 1 ? tenantVisit(request) : await revisit(request)),
    );
    if (seen === OVER) return;
    // Who does not read gets nothing more until it does: else it would pile up here.
    if (!to.writableNeedDrain) {
      const markup = seen ?? last;
      to.write(markup === last ? ":\n\n" : eventText(piece.name, markup));
      last = markup;
    }
    if (!(await pause(LOOK_EVERY_MS, until))) return;
  }
}

async function lookAt<Seen>(
  { name, of = "", read, show }: Piece<Seen>,
  looks: SharedLooks,
  visit: TenantVisit,
): Promise<string> {
  const { tenantId, inTenant } = visit;
  const seen = await looks.look(tenantId, `${name} ${of}`, () => inTenant((tx) => read(tx, tenantId)));
  return show(seen, visit);
}

/** While Postgres is away the page stays as it is: null. */
async function unlessAway<T>(look: () => Promise<T>): Promise<T | null> {
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
