import type { OrderLine, WorkorderArchived } from "../../../schemas/records.ts";
import { minutesToHours, toPlainText } from "../../shared/domain/decimal.ts";
import type { ChosenArticle, Settings } from "../../shared/domain/settings.ts";
import type { Finding } from "./finding.ts";

/** Travel and work time on the articles chosen for them (W4, W5); no line for no time, also rounded, or no article. */
export function timeLines(workorder: WorkorderArchived, settings: Settings): readonly OrderLine[] {
  return [
    ...hoursOn(settings.travelArticle, workorder.travelMinutes),
    ...hoursOn(settings.workArticle, workorder.workMinutes),
  ];
}

/** The article that each order gets once (W7). */
export function standardLines({ standardArticle }: Settings): readonly OrderLine[] {
  return standardArticle === null ? [] : [lineOn(standardArticle, "1")];
}

export function minuteFaults({ travelMinutes, workMinutes }: WorkorderArchived): readonly Finding[] {
  if (travelMinutes >= 0 && workMinutes >= 0) return [];
  const params = { travelMinutes: String(travelMinutes), workMinutes: String(workMinutes) };
  return [{ code: "WORKORDER_MINUTES_NEGATIVE", params }];
}

function hoursOn(article: ChosenArticle | null, minutes: number): readonly OrderLine[] {
  if (article === null || minutes <= 0) return [];
  const hours = minutesToHours(minutes, article.quantityScale);
  return hours.units === 0n ? [] : [lineOn(article, toPlainText(hours))];
}

/** Whether there is time that no article is chosen for. */
export const hasUnbookedTime = (
  { travelMinutes, workMinutes }: WorkorderArchived,
  { travelArticle, workArticle }: Settings,
): boolean => (travelMinutes > 0 && travelArticle === null) || (workMinutes > 0 && workArticle === null);

const lineOn = ({ articleId, articleType }: ChosenArticle, quantity: string): OrderLine => ({
  kind: "article",
  articleId,
  articleType,
  quantity,
  text: "",
});
