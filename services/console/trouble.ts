import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { describeError, isFailure } from "../shared/domain/failure.ts";
import { html } from "../shared/html.ts";
import { outageOf } from "../shared/kafka/hold.ts";
import { Refusal } from "./access/refusals.ts";
import { asksForPiece, goTo } from "./access/visit.ts";
import type { App } from "./console-parts.ts";
import { troublePage } from "./page/error-page.ts";
import { show } from "./page/page.ts";
import type { ConsoleTelemetry } from "./telemetry.ts";
import { TROUBLES, type TroubleCode } from "./ui/refusal-texts.ts";

type Trouble = { readonly code: TroubleCode; readonly status: number };

/** Answers whatever went wrong: in words that say what to do, never with a stack or what Postgres said. */
export function handleTrouble(app: App, telemetry: ConsoleTelemetry): void {
  app.setErrorHandler((error, request, reply) => {
    const trouble = troubleOf(error);
    if (trouble.code === "UNEXPECTED")
      telemetry.requestFailed(request.id, request.routeOptions.url ?? "", stackOf(error));
    if (trouble.status === 503) telemetry.requestHeld(trouble.code, describeError(error));
    return answer(request, reply, trouble, error);
  });
  app.setNotFoundHandler((request, reply) =>
    answer(request, reply, { code: "NOT_FOUND", status: 404 }, null),
  );
}

function troubleOf(error: unknown): Trouble {
  if (error instanceof Refusal) return { code: error.code, status: error.statusCode };
  if (hasZodFastifySchemaValidationErrors(error)) return { code: "INPUT_INVALID", status: 400 };
  if (isFailure(error, "IDENTITY_PROVIDER_UNAVAILABLE")) return { code: "PROVIDER_DOWN", status: 503 };
  const waitsFor = outageOf(error);
  if (waitsFor !== null)
    return { code: waitsFor === "postgres" ? "DATABASE_DOWN" : "PIPELINE_DOWN", status: 503 };
  const { statusCode = 500 } = error as FastifyError;
  if (statusCode === 429) return { code: "TOO_MANY_REQUESTS", status: 429 };
  if (statusCode === 404) return { code: "NOT_FOUND", status: 404 };
  if (statusCode >= 400 && statusCode < 500) return { code: "INPUT_INVALID", status: statusCode };
  return { code: "UNEXPECTED", status: 500 };
}

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { code, status }: Trouble,
  error: unknown,
): FastifyReply {
  const language = request.visit?.language ?? "nl";
  const text = TROUBLES[language][code];
  const number = code === "UNEXPECTED" ? request.id : null;
  if (request.url.startsWith("/api/"))
    return reply.code(status).send({ code, message: text.text, ...detailOf(error), requestId: request.id });
  if (code === "SIGN_IN_FIRST") {
    const wanted = request.method === "GET" && !asksForPiece(request) ? request.url : refererPath(request);
    return goTo(request, reply, `/sign-in?return=${encodeURIComponent(wanted)}`);
  }
  reply.code(status);
  if (!asksForPiece(request)) return show(reply, troublePage({ request, text, number }));
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
