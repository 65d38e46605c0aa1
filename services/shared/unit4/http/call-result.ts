import { messagesOfBody, ruleMessagesOfBody } from "./erp-messages.ts";
import type { CallFailure } from "./errors.ts";
import type { HttpAnswer, HttpResult } from "./http.ts";

/** What a result means for a GET, before the gate and the tokens have had their say. */
export type GetResult =
  | { readonly kind: "ok"; readonly value: HttpAnswer }
  | Exclude<CallFailure, { readonly kind: "parked" | "revoked" | "client-refused" }>;

/** Classifies the result of a GET. 401 counts as forbidden here: it is judged after a token was refreshed. */
export function getResult(result: HttpResult): GetResult {
  if (result.kind !== "answer") return { kind: "unavailable", reason: result.reason };
  const { status } = result;
  if (status >= 200 && status < 300) return { kind: "ok", value: result };
  if (status === 401 || status === 403) return { kind: "forbidden", status };
  if (status === 404) return { kind: "not-found", messages: ruleMessagesOfBody(result.body) };
  if (isRefusal(status)) return { kind: "refused", status, messages: messagesOfBody(result.body) };
  return { kind: "unavailable", reason: `HTTP_${status}` };
}

/** Statuses with which Unit4 refuses what was asked; surely nothing was stored. */
export const isRefusal = (status: number): boolean => status === 400 || status === 409 || status === 422;

/** Whether the server asks for rest: 429, or 503 with a Retry-After. */
export const asksForRest = (answer: HttpAnswer): boolean =>
  answer.status === 429 || (answer.status === 503 && answer.headers["retry-after"] !== undefined);
