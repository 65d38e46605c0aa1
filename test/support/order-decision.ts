import assert from "node:assert/strict";
import type { OrderRequested, WorkorderArchived } from "../../schemas/records.ts";
import { type NewMessage, renderMessage } from "../../services/shared/domain/message-catalogue.ts";
import { type Settings, settingsSchema } from "../../services/shared/domain/settings.ts";
import type { Decision } from "../../services/workorder-archived/domain/decision.ts";
import {
  type OrderRequestInput,
  orderRequestFrom,
} from "../../services/workorder-archived/domain/order-request.ts";
import type { SimonArticle, SimonCustomer } from "../../services/workorder-archived/domain/simon-row.ts";
import { workorderArchived } from "./records.ts";

export const ARCHIVED_AT = Date.parse("2026-11-24T10:00:00Z");
export const RECORD_AT = ARCHIVED_AT + 2_000;
const TRAVEL = { articleId: "REIS", articleType: 0, quantityScale: 2 };
export const WORK = { articleId: "WERK", articleType: 0, quantityScale: 2 };
export const CALL_OUT = { articleId: "VOORRIJ", articleType: 2, quantityScale: 0 };

export const customer = (overrides: Partial<SimonCustomer> = {}): SimonCustomer => ({
  customerId: "10001",
  name: "Hotel De Linde",
  state: "active",
  origin: "unit4",
  paymentConditionId: "14",
  vatScenarioId: 6,
  chargeVatTypeId: 1,
  successors: [],
  ...overrides,
});

export const article = (articleId: string, overrides: Partial<SimonArticle> = {}): SimonArticle => ({
  articleId,
  description: `Artikel ${articleId}`,
  state: "active",
  origin: "unit4",
  type: 2,
  quantityScale: 2,
  ...overrides,
});

export const material = (articleId: string, quantity: string) => ({ articleId, quantity, description: "" });

/** A case: a workorder with these fields, settings and rows of Simon. */
export function decide(
  given: Omit<Partial<OrderRequestInput>, "workorder" | "articles"> & {
    readonly workorder?: Partial<WorkorderArchived>;
    readonly settings?: Partial<Settings>;
    readonly articles?: readonly SimonArticle[];
  } = {},
): Decision {
  const settings = settingsSchema.parse({ travelArticle: TRAVEL, workArticle: WORK, ...given.settings });
  return orderRequestFrom({
    recordTimestampMs: RECORD_AT,
    sequence: 1,
    administration: "MVL00042",
    decidedAtMs: RECORD_AT,
    activations: [{ epoch: 3, from: 0, until: null }],
    settingsVersions: [{ version: 7, validFrom: 0, settings }],
    customer: customer(),
    ...given,
    articles: new Map((given.articles ?? []).map((one) => [one.articleId, one])),
    workorder: workorderArchived("a", "173", { archivedAt: ARCHIVED_AT, ...given.workorder }),
  });
}

/** The request of a decision that must be one. */
export function requested(decision: Decision): OrderRequested {
  assert.equal(decision.kind, "requested", JSON.stringify(decision));
  return decision.kind === "requested" ? decision.request : assert.fail();
}

/** Everything that a decision tells. */
export function messagesIn(decision: Decision): readonly NewMessage[] {
  if (decision.kind === "requested") return decision.warnings;
  return decision.kind === "refused" ? decision.errors : decision.messages;
}

/** Codes of a refusal; every message must have its texts whole. */
export function refusedFor(decision: Decision): readonly string[] {
  assert.equal(decision.kind, "refused", JSON.stringify(decision));
  assertWhole(decision);
  return messagesIn(decision).map(({ code }) => code);
}

/** Every message has its texts in both languages, with nothing left open. */
export function assertWhole(decision: Decision): void {
  for (const { code, params } of messagesIn(decision))
    for (const language of ["nl", "en"] as const) {
      const { text, action } = renderMessage(code, params ?? {}, language);
      assert.doesNotMatch(text + action, /\?|undefined|null/, code);
    }
}

/** The Dutch texts of all messages, one a line. */
export const dutch = (decision: Decision): string =>
  messagesIn(decision)
    .map(({ code, params }) => renderMessage(code, params ?? {}, "nl").text)
    .join("\n");

/** The lines of a requested order: texts, or `article × quantity`. */
export const booked = (decision: Decision): readonly string[] =>
  requested(decision).lines.map((line) =>
    line.kind === "text" ? line.text : `${line.articleId} × ${line.quantity}`,
  );

/** A work address of that customer. */
export const ADDRESS = {
  workAddressId: "w1",
  customerId: "10001",
  name: "Filiaal Noord",
  street: "Kade 12",
  zipCode: "9711 AA",
  city: "Groningen",
};

/** Fields of a workorder that has a place and a description of two lines. */
export const TALK = {
  description: "Ketel nagekeken\nFilter vervangen",
  workAddress: ADDRESS,
  travelMinutes: 0,
};
