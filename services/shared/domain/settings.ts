import { z } from "zod";

/** An article chosen in the settings, with what "Controleer" found of it in Unit4. */
const chosenArticle = z.object({
  articleId: z.string().min(1),
  /** Unit4's productType. */
  articleType: z.number().int(),
  /** Decimals in a quantity of this article. */
  quantityScale: z.number().int().min(0).max(6),
});

/** Settings of a tenant's integration, one version of them (rules A4–A7). */
export const settingsSchema = z.object({
  /** Article that travel time is booked on; null: not booked (W4). */
  travelArticle: chosenArticle.nullable().default(null),
  /** Article that work time is booked on; null: not booked (W5). */
  workArticle: chosenArticle.nullable().default(null),
  /** Article that each order gets once; null: none (W7). */
  standardArticle: chosenArticle.nullable().default(null),
  /** Whether it makes an order by itself, on a workorder that has nothing else to bill. */
  standardArticleAlone: z.boolean().default(false),
  /** Article groups that come over, by name or code, case-sensitive; empty: all (M9). */
  articleGroups: z.array(z.string().min(1)).default([]),
  /** Unit4's productTypes that come over (M10). */
  articleTypes: z.array(z.number().int()).default([0, 2, 3, 4]),
  /** Whether the work description becomes text lines (W8). */
  descriptionOnOrder: z.boolean().default(false),
  /** A workorder whose description contains it is not sent; empty: all are sent (W9). */
  filterWord: z.string().default(""),
  /** What goes under "Opmerkingen" (W10). */
  remarks: z.enum(["none", "workAddress", "description", "both"]).default("none"),
  /** Custom field of type memo on sales orders that takes the remarks, as `GROUP.NAME`; null: text lines. */
  memoField: z.string().min(1).nullable().default(null),
  /** First work address of a customer: its invoice address where there is one, or the standard address (M7). */
  firstWorkAddress: z.enum(["invoice", "standard"]).default("invoice"),
});

export type Settings = z.infer<typeof settingsSchema>;
export type ChosenArticle = z.infer<typeof chosenArticle>;

/** A version of the settings, in force from `validFrom` (milliseconds since 1970 UTC) until the next one. */
export type SettingsVersion = {
  readonly version: number;
  readonly validFrom: number;
  /** null: what is stored cannot be read. No other version may stand in for it. */
  readonly settings: Settings | null;
};

/** The version in force at a moment (W18): the latest that began at or before it; null before the first. */
export function settingsInForce(versions: readonly SettingsVersion[], atMs: number): SettingsVersion | null {
  let best: SettingsVersion | null = null;
  for (const candidate of versions)
    if (candidate.validFrom <= atMs && (best === null || candidate.version > best.version)) best = candidate;
  return best;
}
