import { setTimeout as sleep } from "node:timers/promises";
import { type ApiOptions, answerApi } from "./api.ts";
import type { Audit } from "./audit/audit.ts";
import { carryOut, type Struck } from "./faults/carry-out.ts";
import type { FaultScript } from "./faults/fault-script.ts";
import { type Address, bearerToken, incomingRequest, type RawRequest } from "./incoming-request.ts";
import { answerOAuth, type OAuthOptions } from "./oauth/oauth.ts";
import type { Answer } from "./request/answer.ts";
import type { Outcome } from "./request/outcome.ts";
import { parsePath } from "./request/request-path.ts";
import type { Intercept, Interception, RequestLog, SeenRequest } from "./request/seen-request.ts";
import type { OrderRow } from "./rows/order-row.ts";

/** What answering needs. `databaseNamed` gives the registered spelling of a code, or null. */
export type HandlerOptions = Readonly<{
  api: ApiOptions;
  oauth: OAuthOptions;
  databaseNamed: (code: string) => string | null;
  log: RequestLog;
  audit: Audit;
  intercept: () => Intercept | null;
  faults: FaultScript;
  now: () => Date;
  /** Ends all waiting when the emulator stops. */
  signal: AbortSignal;
}>;

/** A request for the API or the login that is on record, and what it comes to; or one for another part of the server. */
export type Handled = Readonly<
  { kind: "handled"; seen: SeenRequest; request: number; outcome: Promise<Outcome> } | { kind: "elsewhere" }
>;

/** Takes one request for the API or the login: record it, let a test or a fault interfere, do the work. */
export function handleRequest(raw: RawRequest, options: HandlerOptions): Handled {
  const [rawPath = "", rawQuery = ""] = splitOnce(raw.url, "?");
  const path = parsePath(rawPath);
  if (path === null) return { kind: "elsewhere" };
  const database = path.area === "api" ? options.databaseNamed(path.segments[0] ?? "") : null;
  const address = { path, query: new URLSearchParams(rawQuery), database };
  const atMs = options.now().getTime();
  const seen = options.log.add(incomingRequest(raw, address, { tokens: options.oauth.tokens, atMs }));
  const interception = options.intercept()?.(seen) ?? null;
  const fault = interception === null ? options.faults.decide(seen) : null;
  const { method, path: text, operation, owner, grant, reference } = seen;
  const request = options.audit.came({
    method,
    path: text,
    query: rawQuery,
    operation,
    database,
    owner,
    grant,
    reference,
    call: raw.requestId ?? null,
    fault: fault?.id ?? null,
  });
  const struck = struckRequest(raw, address, { request, options });
  const outcome =
    interception === null
      ? carryOut(fault ?? HEALTHY, struck, options.api.settings().latencyMs)
      : intercepted(interception, struck, options.api.settings().latencyMs);
  return { kind: "handled", seen, request, outcome };
}

const HEALTHY = { commit: false, effect: { kind: "pass", delayMs: 0 } } as const;

/** The request as a fault or a test handles it: the real work, to be done when and if they say. */
function struckRequest(
  { method, body, authorization }: RawRequest,
  { path, query, database }: Address,
  { request, options }: Readonly<{ request: number; options: HandlerOptions }>,
): Struck {
  const owner = options.oauth.tokens.ownerOf(bearerToken(authorization));
  const onOrderStored = ({ orderId, customerId, reference }: OrderRow) =>
    options.audit.stored(request, { database: database ?? "", orderId, customerId, reference });
  const work = () =>
    path.area === "api"
      ? answerApi({ path, method, query, body, owner, database, onOrderStored }, options.api)
      : answerOAuth(
          { action: path.segments.join("/"), method, query, form: new URLSearchParams(body) },
          options.oauth,
        );
  return {
    work,
    readOnly: method === "GET",
    workLater: (delayMs) => {
      void pause(delayMs, options.signal).then(() => {
        if (!options.signal.aborted) work();
      });
    },
    pause: (delayMs) => pause(delayMs, options.signal),
    isStopping: () => options.signal.aborted,
  };
}

async function intercepted(
  interception: Interception,
  { work, pause: wait, isStopping }: Struck,
  latencyMs: number,
): Promise<Outcome> {
  const done = interception.commitFirst ? work() : null;
  await wait((interception.delayMs ?? 0) + latencyMs);
  if (interception.destroy || isStopping()) return { kind: "reset", after: null };
  return { kind: "answer", answer: replacement(interception) ?? done ?? work() };
}

/** The answer that an interception puts in place of the real one; null when it only delays. */
function replacement({ status, headers, body, commitFirst }: Interception): Answer | null {
  if (status === undefined && headers === undefined && body === undefined && !commitFirst) return null;
  return { status: status ?? 200, headers: headers ?? {}, body: body ?? "" };
}

async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  if (delayMs === 0) return;
  try {
    await sleep(delayMs, undefined, { signal });
  } catch (error) {
    // Stopping ends the waiting; the caller sees that by the signal.
    if (!signal.aborted) throw error;
  }
}

function splitOnce(text: string, at: string): readonly string[] {
  const index = text.indexOf(at);
  return index === -1 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}
