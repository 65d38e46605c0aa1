import type { MessageTable } from "../../../../schemas/records.ts";
import type { SimonPart } from "./simon-parts.ts";

/** A step of erasing what other services keep of emptied data. */
export type ErasingStep =
  /** The content of orders, and what Unit4 answered. */
  | { readonly kind: "orders" }
  /** What was said about the records of a table. */
  | { readonly kind: "messages"; readonly table: MessageTable }
  /** Dead letters of its topics. */
  | { readonly kind: "letters"; readonly table: MessageTable }
  /** What the poller saw last. */
  | { readonly kind: "lists"; readonly entity: "customer" | "article" }
  /** What was counted before an activation, with examples. */
  | { readonly kind: "rehearsal" }
  /** Counts by hour and day, of a tenant that is removed. */
  | { readonly kind: "totals" }
  /** Who did what, of a tenant that is removed. */
  | { readonly kind: "acts" }
  /** People, keys, connection and settings of a tenant that is removed. */
  | { readonly kind: "registry" };

const saidAbout = (table: MessageTable): readonly ErasingStep[] => [
  { kind: "messages", table },
  { kind: "letters", table },
];

const STEPS: Readonly<Record<SimonPart, readonly ErasingStep[]>> = {
  customers: [{ kind: "lists", entity: "customer" }, { kind: "rehearsal" }, ...saidAbout("customer")],
  workAddresses: saidAbout("workAddress"),
  articles: [{ kind: "lists", entity: "article" }, { kind: "rehearsal" }, ...saidAbout("article")],
  workorders: [{ kind: "orders" }, ...saidAbout("workorder")],
};

/** Last of all: the acts are told by the ids of people whose addresses go with the registry. */
const REMOVAL: readonly ErasingStep[] = [
  ...saidAbout("articleGroup"),
  ...saidAbout("connection"),
  ...saidAbout("settings"),
  { kind: "totals" },
  { kind: "acts" },
  { kind: "registry" },
];

/** What has to be erased where these parts are emptied, in order. @param removes the tenant goes too */
export const erasingPlan = (parts: readonly SimonPart[], removes: boolean): readonly ErasingStep[] => [
  ...parts.flatMap((part) => STEPS[part]),
  ...(removes ? REMOVAL : []),
];
