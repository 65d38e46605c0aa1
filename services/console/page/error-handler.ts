import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { describeError, isFailure } from "../../shared/domain/failure.ts";
import { html } from "../../shared/html.ts";
import { outageOf } from "../../shared/kafka/hold.ts";
import { isReadOnlyRefusal } from "../../shared/postgres.ts";
import { Refusal, type Sign } from "../access/refusals.ts";
import { sourceName } from "../access/source-name.ts";
import { asksForPiece, goTo } from "../access/visit.ts";
import { ReaderGone } from "../parts/awaited-work.ts";
import type { App } from "../parts/web-app.ts";
import type { ConsoleTelemetry, RefusedRequest } from "../telemetry.ts";
import { BARE_HEADERS } from "./bare-errors.ts";
import { errorPage } from "./error-page.ts";
import { ERRORS, type ErrorCode } from "./error-texts.ts";
import { show } from "./page.ts";

type ShownError = { readonly code: ErrorCode; readonly status: number };

/** Answers whatever went wrong: in words that say what to do, never with a stack or what Postgres said. */
export function handleErrors(app: App, telemetry: ConsoleTelemetry): void {
  app.setErrorHandler((error, request, reply) => {
    // Nobody reads this.
    if (error instanceof ReaderGone) return reply.code(499).send();
    const shown = shownErrorOf(error);
    if (shown.code === "UNEXPECTED")
      telemetry.requestFailed(request.id, request.routeOptions.url ?? "", stackOf(error));
    const sign = signOf(error, shown);
    if (sign !== null) telemetry.refused(sign, whoAsks(request));
    if (shown.status === 503) telemetry.requestHeld(shown.code, describeError(error), sourceName(request.ip));
    return answer(request, reply, shown, error);
  });
  app.setNotFoundHandler((request, reply) =>
    answer(request, reply, { code: "NOT_FOUND", status: 404 }, null),
  );
}

/** Limits of rate are Fastify's own errors, all others are ours. */
function signOf(error: unknown, { status }: ShownError): Sign | null {
  if (error instanceof Refusal) return error.sign;
  return status === 429 ? "too_many_requests" : null;
}

/** Ids alone: names and network addresses of people stand in no log. */
const whoAsks = (request: FastifyRequest): RefusedRequest => ({
  requestId: request.id,
  method: request.method,
  route: request.routeOptions.url ?? "",
  userId: request.visit?.session?.userId ?? null,
  source: sourceName(request.ip),
});

/** An address that cannot be read, or a part of it that is too long: it reaches no route and no hook. */
export function answerBadAddress(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  return answer(request, reply.headers(BARE_HEADERS), shownErrorOf(error), error);
}

/** What Fastify refuses by itself. */
const CODES: Readonly<Record<number, ErrorCode>> = {
  404: "NOT_FOUND",
  408: "TOO_SLOW",
  413: "TOO_LARGE",
  414: "ADDRESS_TOO_LONG",
  415: "KIND_NOT_TAKEN",
  429: "TOO_MANY_REQUESTS",
};

function shownErrorOf(error: unknown): ShownError {
  if (error instanceof Refusal) return { code: error.code, status: error.statusCode };
  if (hasZodFastifySchemaValidationErrors(error)) return { code: "INPUT_INVALID", status: 400 };
  if (isFailure(error, "IDENTITY_PROVIDER_UNAVAILABLE")) return { code: "PROVIDER_DOWN", status: 503 };
  if (isReadOnlyRefusal(error)) return { code: "DATABASE_READ_ONLY", status: 503 };
  const waitsFor = outageOf(error);
  if (waitsFor !== null)
    return { code: waitsFor === "postgres" ? "DATABASE_DOWN" : "PIPELINE_DOWN", status: 503 };
  const { statusCode = 500 } = error as FastifyError;
  const code = CODES[statusCode];
  if (code !== undefined) return { code, status: statusCode };
  if (statusCode >= 400 && statusCode < 500) return { code: "INPUT_INVALID", status: 400 };
  return { code: "UNEXPECTED", status: 500 };
}

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { code, status }: ShownError,
  error: unknown,
): FastifyReply {
  const language = request.visit?.language ?? "nl";
  const text = ERRORS[language][code];
  const number = code === "UNEXPECTED" ? request.id : null;
  // RFC 9110 asks for it: some clients send their key only then.
  if (code === "KEY_INVALID") reply.header("www-authenticate", 'Bearer realm="Simple-Simon"');
  if (request.url.startsWith("/api/"))
    return reply.code(status).send({ code, message: text.text, ...detailOf(error), requestId: request.id });
  if (code === "SIGN_IN_FIRST") {
    const wanted = request.method === "GET" && !asksForPiece(request) ? request.url : refererPath(request);
    return goTo(request, reply, `/sign-in?return=${encodeURIComponent(wanted)}`);
  }
  if (code === "SIGN_IN_AGAIN")
    return goTo(request, reply, `/sign-in/again?return=${encodeURIComponent(refererPath(request))}`);
  reply.code(status);
  if (!asksForPiece(request)) return show(reply, errorPage({ request, text, number }));
  reply.header("hx-retarget", "#notices").header("hx-reswap", "innerHTML");
  return show(
    reply,
    html`<p class="notice error" role="alert"><strong>${text.title}.</strong> ${text.text}${number !== null && ` (${number})`}</p>`,
  );
}

/** What a program sent wrongly, field by field: it is read by whoever wrote that program. */
function detailOf(error: unknown): object {
  if (!hasZodFastifySchemaValidationErrors(error)) return {};
  return {
    faults: error.validation.map(({ instancePath, message }) => ({
      path: instancePath,
      message: message ?? "",
    })),
  };
}

function refererPath({ headers }: FastifyRequest): string {
  const { referer } = headers;
  if (referer === undefined || !URL.canParse(referer)) return "/";
  const { pathname, search } = new URL(referer);
  return pathname + search;
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? `${describeError(error)}\n${error.stack ?? ""}` : String(error);
