import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "./answer.ts";
import { type ApiOptions, answerApi } from "./api.ts";
import { answerOAuth, type OAuthOptions } from "./oauth.ts";
import { parsePath } from "./request-path.ts";
import type { Intercept, Interception, RequestLog } from "./seen-request.ts";

/** A request as it came over the wire. */
export type RawRequest = Readonly<{
  method: string;
  /** Path and query, still encoded. */
  url: string;
  authorization: string | undefined;
  body: string;
}>;

/** What answering needs. `databaseNamed` gives the registered spelling of a code, or null. */
export type HandlerOptions = Readonly<{
  api: ApiOptions;
  oauth: OAuthOptions;
  databaseNamed: (code: string) => string | null;
  log: RequestLog;
  intercept: () => Intercept | null;
  latencyMs: number;
  now: () => Date;
  /** Ends all waiting when the emulator stops. */
  signal: AbortSignal;
}>;

/** Answers one request for the API or the login: record it, let a test interfere, do the work. */
export async function handleRequest(
  request: RawRequest,
  options: HandlerOptions,
): Promise<Readonly<{ kind: "answer"; answer: Answer } | { kind: "reset" } | { kind: "elsewhere" }>> {
  const [rawPath = "", rawQuery = ""] = splitOnce(request.url, "?");
  const path = parsePath(rawPath);
  if (path === null) return { kind: "elsewhere" };
  const { method, body } = request;
  const query = new URLSearchParams(rawQuery);
  const owner = options.oauth.tokens.ownerOf(bearerToken(request.authorization));
  const database = path.area === "api" ? options.databaseNamed(path.segments[0] ?? "") : null;
  const seen = options.log.add({
    method,
    path: `/${path.area}/${path.segments.join("/")}`,
    query,
    database,
    owner: owner.kind === "valid" ? owner.portalUser : null,
    body,
    atMs: options.now().getTime(),
    status: null,
  });
  const work = () =>
    path.area === "api"
      ? answerApi({ path, method, query, body, owner, database }, options.api)
      : answerOAuth(
          { action: path.segments.join("/"), method, query, form: new URLSearchParams(body) },
          options.oauth,
        );

  const interception = options.intercept()?.(seen) ?? {};
  const done = interception.commitFirst ? work() : null;
  await pause((interception.delayMs ?? 0) + options.latencyMs, options.signal);
  if (interception.destroy || options.signal.aborted) return { kind: "reset" };
  const answer = replacement(interception) ?? done ?? work();
  options.log.answered(seen, answer.status);
  return { kind: "answer", answer };
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

function bearerToken(authorization: string | undefined): string {
  return /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? "")?.[1] ?? "";
}
