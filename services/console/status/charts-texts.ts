import type { Language } from "../../shared/domain/message-catalogue.ts";
import { texts } from "../page/texts.ts";
import { shownCount, shownSpan } from "../parts/domain/local-time.ts";

type Forms = readonly [one: string, more: string];

const counted = (number: number, language: Language, [one, more]: Forms): string =>
  `${shownCount(number, language)} ${number === 1 ? one : more}`;

/** `1,4 s` below ten seconds (English: `1.4 s`), else as people say a span. @param seconds not negative */
export function shownSeconds(seconds: number, language: Language): string {
  if (seconds >= 9.95) return shownSpan(seconds * 1_000, language);
  const text = seconds.toFixed(1);
  return `${language === "nl" ? text.replace(".", ",") : text} s`;
}

export const CHARTS = texts(
  {
    title: "Wat er doorheen ging",
    hours: "Laatste 24 uur",
    days: "Laatste 30 dagen",
    changes: "Wijzigingen uit Unit4",
    orders: "Orders naar Unit4",
    time: "Van archiveren tot order",
    changesSum: (count: number) => counted(count, "nl", ["wijziging", "wijzigingen"]),
    ordersSum: (written: number, refused: number) =>
      `${counted(written, "nl", ["order geschreven", "orders geschreven"])}${refused === 0 ? "" : `, ${shownCount(refused, "nl")} geweigerd`}`,
    timeSum: (mean: number, longest: number) =>
      `gemiddeld ${shownSeconds(mean, "nl")}, langste ${shownSeconds(longest, "nl")}`,
    noOrders: "geen orders",
    nothing: "Er ging in deze tijd nog niets doorheen.",
    highest: "hoogste",
    highestMean: "hoogste gemiddelde",
    perHour: "per uur",
    perDay: "per dag",
    below: "Boven de lijn: geschreven. Onder de lijn: geweigerd.",
    hour: "Uur",
    day: "Dag",
    written: "Geschreven",
    refused: "Geweigerd",
    meanTime: "Gemiddelde tijd tot order",
    longestTime: "Langste tijd tot order",
  },
  {
    title: "What went through",
    hours: "Last 24 hours",
    days: "Last 30 days",
    changes: "Changes from Unit4",
    orders: "Orders to Unit4",
    time: "From archiving to order",
    changesSum: (count: number) => counted(count, "en", ["change", "changes"]),
    ordersSum: (written: number, refused: number) =>
      `${counted(written, "en", ["order written", "orders written"])}${refused === 0 ? "" : `, ${shownCount(refused, "en")} refused`}`,
    timeSum: (mean: number, longest: number) =>
      `${shownSeconds(mean, "en")} on average, ${shownSeconds(longest, "en")} at most`,
    noOrders: "no orders",
    nothing: "Nothing went through in this time yet.",
    highest: "highest",
    highestMean: "highest average",
    perHour: "per hour",
    perDay: "per day",
    below: "Above the line: written. Below the line: refused.",
    hour: "Hour",
    day: "Day",
    written: "Written",
    refused: "Refused",
    meanTime: "Average time to order",
    longestTime: "Longest time to order",
  },
);
