import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { API_PROBLEMS, type ApiProblemCode } from "./texts.ts";

/** How the error handler answers programs too. */
const problem = z
  .object({
    code: z.string().describe("A word in capitals to react to."),
    message: z.string().describe("What is wrong and what to do, in Dutch, or in English by Accept-Language."),
    requestId: z.string().describe("To be given to the help desk."),
    faults: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe("What is wrong with what was sent, by place."),
  })
  .meta({ title: "Problem" });

/** Answers that every operation can give. */
export const PROBLEMS = {
  400: problem.describe("What was sent is not right; faults says where."),
  401: problem.describe("No valid key was sent along."),
  403: problem.describe("The key may not do that."),
  404: problem.describe("There is no such thing, or it is not your company's."),
  408: problem.describe("The request did not arrive in full in time."),
  413: problem.describe("More was sent than is taken at once."),
  414: problem.describe("The address is longer than any of ours."),
  415: problem.describe("What was sent is not JSON."),
  429: problem.describe(
    "Too many requests, in a short time or at the same time; Retry-After says how many seconds to wait.",
  ),
  503: problem.describe(
    "Not possible for the moment; nothing is lost. Send the same request again in a minute.",
  ),
};

/** What is asked cannot be done as things stand. */
export const CONFLICT = { 409: problem.describe("Not possible as things stand; code says why.") };

/** Answers that something is not done. */
export function sayNo(
  request: FastifyRequest,
  reply: FastifyReply,
  no: {
    readonly status: 400 | 409;
    readonly code: ApiProblemCode;
    readonly faults?: readonly { readonly path: string; readonly message: string }[];
  },
): FastifyReply {
  const { status, code, ...faults } = no;
  const message = API_PROBLEMS[request.visit.language][code];
  return reply.code(status).send({ code, message, requestId: request.id, ...faults });
}
