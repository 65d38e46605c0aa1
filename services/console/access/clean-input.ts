import type { FastifyInstance } from "fastify";
import { isStorable } from "../parts/domain/text-input.ts";
import { Refusal } from "./refusals.ts";

/** Refuses text that no table takes, before anything looks at it: else it would be a fault of ours, found by Postgres. */
export function refuseUnstorableText(app: FastifyInstance): void {
  app.addHook("onRequest", async ({ params, query }) => {
    if (!isStorable(params) || !isStorable(query)) throw new Refusal("INPUT_INVALID");
  });
  app.addHook("preValidation", async ({ body }) => {
    if (!isStorable(body)) throw new Refusal("INPUT_INVALID");
  });
}
