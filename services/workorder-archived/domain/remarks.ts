import type { WorkorderArchived } from "../../../schemas/records.ts";
import type { Settings } from "../../shared/domain/settings.ts";
import { placeOf } from "./reference.ts";
import { cleanText, textLines } from "./text-lines.ts";

/** Where the texts of a workorder go on its order. */
export type OrderTexts = {
  /** Text lines above the articles: the work description (W8). */
  readonly above: readonly string[];
  /** Text lines below the articles: the remarks where no memo field takes them (W10). */
  readonly below: readonly string[];
  /** Remarks for the memo field, lines parted by \n; empty where there are none. */
  readonly memo: string;
};

/**
 * The texts as the settings want them. A description that stands above the articles already is not repeated below
 * them: both would be printed on the invoice.
 */
export function orderTexts(workorder: WorkorderArchived, settings: Settings): OrderTexts {
  const above = settings.descriptionOnOrder ? textLines(workorder.description) : [];
  if (settings.memoField !== null)
    return { above, below: [], memo: remarksOf(workorder, settings.remarks).join("\n") };
  const wanted = settings.descriptionOnOrder ? withoutDescription(settings.remarks) : settings.remarks;
  return { above, below: remarksOf(workorder, wanted).flatMap(textLines), memo: "" };
}

type Wanted = Settings["remarks"];

function withoutDescription(wanted: Wanted): Wanted {
  return wanted === "workAddress" || wanted === "both" ? "workAddress" : "none";
}

/** The remarks with their headings, in Dutch as on the administration's invoices. */
function remarksOf(workorder: WorkorderArchived, wanted: Wanted): readonly string[] {
  const place = wanted === "workAddress" || wanted === "both" ? placeOf(workorder) : "";
  const description =
    wanted === "description" || wanted === "both" ? cleanText(workorder.description).trim() : "";
  return [
    ...(place === "" ? [] : [`Werkadres: ${place}`]),
    ...(description === ""
      ? []
      : [`Werkomschrijving:${description.includes("\n") ? "\n" : " "}${description}`]),
  ];
}
