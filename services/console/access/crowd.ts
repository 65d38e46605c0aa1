import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { createSharedSlots, type Owners, type Slot, type SlotLimits } from "../../shared/slots.ts";
import { secretHash } from "../parts/hashed-secret.ts";
import { sessionCookie } from "./cookies.ts";
import { keyOf } from "./key-store.ts";
import { createReader } from "./reader.ts";
import { Refusal, type RefusalCode } from "./refusals.ts";

/** What a request takes up while it is under way. */
export type Takes =
  | "request"
  /** Looks through all rows of a tenant for words. */
  | "search"
  /** Asks Unit4 while somebody waits. */
  | "check"
  | "export"
  | "stream"
  /** Asked by nobody in particular: neither a session nor a key. */
  | "public";

declare module "fastify" {
  interface FastifyContextConfig {
    /** `request` where a route does not say. */
    takes?: Exclude<Takes, "public"> | ((request: FastifyRequest) => Takes);
  }
  interface FastifyRequest {
    atDoor: Slot | null;
  }
}

type Kind = "user" | "tenant" | "address";

type Crowd = SlotLimits<Kind> & {
  /** Waits so long at most, in milliseconds. */
  readonly waitMs: number;
  readonly refusal: RefusalCode;
  /** When to come back, in seconds, or up to twice as late. */
  readonly retryAfter: number;
};

/** Owners of other kinds bound these. */
const ANY_ADDRESS = { address: Number.POSITIVE_INFINITY };

/** A person may have this many exports of this process under way, and so on; a program counts as a user. */
const CROWDS: Readonly<Record<Takes, Crowd>> = {
  // A browser has six connections to a site.
  request: {
    ...{ most: 64, mostOf: { ...ANY_ADDRESS, user: 6, tenant: 12 } },
    waitingOf: { ...ANY_ADDRESS, user: 64, tenant: 128 },
    ...{ waitMs: 10_000, refusal: "TOO_MANY_REQUESTS", retryAfter: 2 },
  },
  search: {
    ...{ most: 6, mostOf: { ...ANY_ADDRESS, user: 1, tenant: 2 } },
    waitingOf: { ...ANY_ADDRESS, user: 4, tenant: 12 },
    ...{ waitMs: 10_000, refusal: "TOO_MANY_REQUESTS", retryAfter: 5 },
  },
  // A settings page asks two lists by itself, and suggestions while somebody types.
  check: {
    ...{ most: 96, mostOf: { ...ANY_ADDRESS, user: 3, tenant: 4 } },
    waitingOf: { ...ANY_ADDRESS, user: 4, tenant: 8 },
    ...{ waitMs: 10_000, refusal: "CHECKS_BUSY", retryAfter: 10 },
  },
  export: {
    ...{ most: 2, mostOf: { ...ANY_ADDRESS, user: 1, tenant: 1 } },
    waitingOf: { ...ANY_ADDRESS, user: 1, tenant: 3 },
    ...{ waitMs: 20_000, refusal: "EXPORTS_BUSY", retryAfter: 30 },
  },
  stream: {
    ...{ most: 1_000, mostOf: { ...ANY_ADDRESS, user: 8, tenant: 24 } },
    waitingOf: { ...ANY_ADDRESS, user: 0, tenant: 0 },
    ...{ waitMs: 0, refusal: "TOO_MANY_REQUESTS", retryAfter: 10 },
  },
  // Apart from everybody else's: whoever sends a body byte by byte takes the places of strangers alone.
  public: {
    ...{
      most: 32,
      mostOf: { address: 8, user: 8, tenant: 8 },
      waitingOf: { address: 24, user: 8, tenant: 8 },
    },
    ...{ waitMs: 10_000, refusal: "TOO_MANY_REQUESTS", retryAfter: 5 },
  },
};

/** What a list takes: a search where something is searched for. */
export const searching = ({ query }: FastifyRequest): Takes =>
  ((query as { readonly q?: unknown } | undefined)?.q ?? "") === "" ? "request" : "search";

/** Exports at one time: each has a connection of its own. */
export const MOST_EXPORTS = CROWDS.export.most;

/**
 * Before anybody is asked who they are: a few requests of one cookie, key or address at a time, so that its crowd costs no
 * look at Postgres.
 */
const DOOR = { most: 64, mostOf: { caller: 4 }, waitingOf: { caller: 64 } };

/** To be put before all that asks Postgres: lets the requests of one cookie, key or address in by and by. */
export function queueAtDoor(app: FastifyInstance): void {
  const door = createSharedSlots<"caller">(DOOR);
  app.decorateRequest("atDoor", null);
  app.decorateRequest("reader");
  app.addHook("onRequest", async (request, reply) => {
    request.reader = createReader(reply);
    if (isAsset(request)) return;
    request.atDoor = await door.take({ caller: callerOf(request) }, () =>
      goneOrLate(request, CROWDS.request.waitMs),
    );
    if (request.atDoor === null) throw refused(reply, CROWDS[takenBy(request)]);
    freeAtEnd(request, reply, request.atDoor);
  });
}

/** To be put behind the guard: nobody takes more than their share of what a route says that it takes. */
export function takeTurns(app: FastifyInstance): void {
  const slots = Object.fromEntries(
    Object.entries(CROWDS).map(([takes, crowd]) => [takes, createSharedSlots<Kind>(crowd)]),
  ) as Record<Takes, ReturnType<typeof createSharedSlots<Kind>>>;
  app.addHook("onRequest", async (request, reply) => {
    if (isAsset(request)) return;
    request.atDoor?.free();
    const what = takenBy(request);
    const crowd = CROWDS[what];
    const slot = await slots[what].take(ownersOf(request), () => goneOrLate(request, crowd.waitMs));
    if (slot === null) throw refused(reply, crowd);
    freeAtEnd(request, reply, slot);
  });
}

function takenBy(request: FastifyRequest): Takes {
  if (request.visit?.session === null && request.tenantVisit === null) return "public";
  const { takes = "request" } = request.routeOptions.config;
  return typeof takes === "function" ? takes(request) : takes;
}

const isAsset = ({ routeOptions }: FastifyRequest): boolean =>
  routeOptions.url?.startsWith("/assets/") ?? false;

/** Who asks, as far as can be known without a look at Postgres: by what the route goes by, whatever else is shown. */
function callerOf(request: FastifyRequest): string {
  const isProgram = request.routeOptions.config.access === "key";
  const shown = isProgram ? keyOf(request.headers.authorization) : sessionCookie(request);
  return shown === null ? `address ${request.ip}` : secretHash(shown).toString("base64url");
}

/** The person or the key, and the tenant whose page it is; of strangers the address. */
function ownersOf(request: FastifyRequest): Owners<Kind> {
  const { tenantVisit, visit } = request;
  const { session } = visit;
  if (session === null && tenantVisit === null) return { address: request.ip };
  const user = session === null ? callerOf(request) : String(session.userId);
  return { user, ...(tenantVisit === null ? {} : { tenant: tenantVisit.tenantId }) };
}

/** Fires when whoever asks has gone, or has waited long enough. */
const goneOrLate = ({ reader }: FastifyRequest, waitMs: number): AbortSignal =>
  AbortSignal.any([reader.gone, AbortSignal.timeout(waitMs)]);

/**
 * At the end of the answer or, sooner, when whoever asks goes away; but not before what the database does for it is over: a place
 * stands for work.
 */
function freeAtEnd({ reader }: FastifyRequest, reply: FastifyReply, slot: Slot): void {
  const free = (): void => void reader.idle().then(slot.free);
  reply.raw.once("close", free);
  if (reply.raw.destroyed) free();
}

/** A crowd that is told the same time comes back as one. */
function refused(reply: FastifyReply, { refusal, retryAfter }: Crowd): Refusal {
  reply.header("retry-after", Math.round(retryAfter * (1 + Math.random())));
  return new Refusal(refusal);
}
