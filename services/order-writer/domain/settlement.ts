import type { OrderRequested } from "../../../schemas/records.ts";
import type { MessageCode } from "../../shared/domain/message-catalogue.ts";
import { LONGEST_PARAM, type PlainText, plainText, plainTexts } from "../../shared/domain/plain-text.ts";
import { orderParams } from "./announcement.ts";
import { compareStored, differenceText, unpricedArticles } from "./answer-comparison.ts";
import type { OpenFacts, OrderState, Step } from "./order-state.ts";
import { refusalOf } from "./refusal.ts";

/** What a step leaves in the ledger. */
export type Settlement = OpenFacts & {
  readonly state: OrderState;
  readonly orderId: PlainText | null;
  readonly code: MessageCode;
  readonly params: Readonly<Record<string, PlainText>>;
  /** When it is looked at again, in milliseconds; null: never, it is settled. */
  readonly dueInMs: number | null;
};

type WrittenStep = Extract<Step, { readonly state: "written" }>;
type Said = { readonly code: MessageCode; readonly params: Readonly<Record<string, string>> };

const NOTHING_OPEN = { absentLookups: 0, unclearSendings: 0, reasons: [], dueInMs: null } as const;

/** What a step of an order leaves in the ledger, and says to the office. @param open why it is open, and whose it is */
export function settlementOf(
  request: OrderRequested,
  step: Step,
  open: { readonly reason: string; readonly tenant: string },
): Settlement {
  const common = orderParams(request);
  const settled = (state: OrderState, orderId: string | null, { code, params }: Said): Settlement => ({
    ...NOTHING_OPEN,
    state,
    orderId: orderId === null ? null : plainText(orderId, LONGEST_PARAM),
    code,
    params: plainTexts({ ...common, ...params }, LONGEST_PARAM),
  });
  switch (step.kind) {
    case "open": {
      const { state, code, dueInMs, absentLookups, unclearSendings, reasons } = step;
      const params = plainTexts({ ...common, ...open }, LONGEST_PARAM);
      return { state, orderId: null, code, params, dueInMs, absentLookups, unclearSendings, reasons };
    }
    case "given-up":
      return settled("refused", null, {
        code: "ORDER_NEVER_CONFIRMED",
        params: { times: String(step.unclearSendings) },
      });
    case "handed-over": {
      // The one that was made first stands for the workorder until a person has decided.
      const [first = ""] = step.orderIds;
      const params = { orderId: first, orderIds: step.orderIds.join(", ") };
      return settled("written", first, { code: "ORDER_FOUND_TWICE", params });
    }
    case "settled":
      return step.state === "refused"
        ? settled("refused", null, refusalOf(step.reasons, request))
        : settled("written", step.orderId, withUnpriced(saidOfWritten(request, step), step));
  }
}

/** The articles that Unit4 bills for nothing go along as the parameter `unpriced`: the announcement says it of each. */
function withUnpriced({ code, params }: Said, { stored }: WrittenStep): Said {
  const unpriced = stored === null ? [] : unpricedArticles(stored);
  return { code, params: unpriced.length === 0 ? params : { ...params, unpriced: unpriced.join("\n") } };
}

/** Rule W20: whatever Unit4 made of it, the order is there and is never sent again. */
function saidOfWritten(request: OrderRequested, { orderId, remarks, stored }: WrittenStep): Said {
  const differences = stored === null ? [] : compareStored(request, stored);
  const remark = [...new Set(remarks)].join(" ");
  if (differences.length > 0) {
    const difference = [differenceText(differences), remark].filter((text) => text !== "").join("; ");
    return { code: "ORDER_STORED_DIFFERENTLY", params: { orderId, difference } };
  }
  return remark === ""
    ? { code: "ORDER_WRITTEN", params: { orderId } }
    : { code: "ORDER_WRITTEN_WITH_REMARK", params: { orderId, remark } };
}
