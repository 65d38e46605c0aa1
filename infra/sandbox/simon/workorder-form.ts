import type { Material } from "../../../schemas/records.ts";
import { parseDutchDecimal, toPlainText } from "../../../services/shared/domain/decimal.ts";

/** Rows for materials on the form. */
export const MATERIAL_ROWS = 4;

/** The form of a workorder as it was typed. */
export type TypedWorkorder = {
  readonly customerId: string;
  readonly workAddressId: string;
  readonly description: string;
  readonly travelMinutes: string;
  readonly workMinutes: string;
  readonly materials: readonly { readonly articleId: string; readonly quantity: string }[];
};

/** What a form holds when it is right, or everything that is wrong with it, in Dutch. */
export type ReadWorkorder =
  | {
      readonly kind: "read";
      readonly travelMinutes: number;
      readonly workMinutes: number;
      readonly materials: readonly Material[];
    }
  | { readonly kind: "faults"; readonly faults: readonly string[] };

export function typedWorkorder(form: URLSearchParams): TypedWorkorder {
  const text = (name: string): string => (form.get(name) ?? "").trim();
  return {
    customerId: text("customerId"),
    workAddressId: text("workAddressId"),
    description: text("description").replaceAll("\r\n", "\n").slice(0, 5_000),
    travelMinutes: text("travelMinutes"),
    workMinutes: text("workMinutes"),
    materials: Array.from({ length: MATERIAL_ROWS }, (_, index) => ({
      articleId: text(`articleId${index}`),
      quantity: text(`quantity${index}`),
    })),
  };
}

/** Minutes and materials; quantities are typed the Dutch way (O10). @param usable descriptions of usable articles by code */
export function readWorkorder(typed: TypedWorkorder, usable: ReadonlyMap<string, string>): ReadWorkorder {
  const faults: string[] = [];
  const travelMinutes = minutes(typed.travelMinutes, "Reistijd", faults);
  const workMinutes = minutes(typed.workMinutes, "Werktijd", faults);
  const materials = typed.materials.flatMap((row) => material(row, usable, faults));
  return faults.length > 0
    ? { kind: "faults", faults }
    : { kind: "read", travelMinutes, workMinutes, materials };
}

function minutes(text: string, label: string, faults: string[]): number {
  if (text === "") return 0;
  if (/^\d{1,5}$/.test(text)) return Number(text);
  faults.push(`${label}: “${text}” is geen aantal hele minuten.`);
  return 0;
}

function material(
  { articleId, quantity }: TypedWorkorder["materials"][number],
  usable: ReadonlyMap<string, string>,
  faults: string[],
): readonly Material[] {
  if (articleId === "" && quantity === "") return [];
  const description = usable.get(articleId);
  const number = parseDutchDecimal(quantity);
  if (articleId === "") faults.push(`Bij aantal ${quantity} staat geen artikelcode.`);
  else if (description === undefined) faults.push(`Artikel ${articleId} is niet te kiezen.`);
  if (number === null)
    faults.push(`Aantal “${quantity}” bij artikel ${articleId} is niet te lezen. Schrijf bijvoorbeeld 2,5.`);
  if (description === undefined || number === null) return [];
  return [{ articleId, quantity: toPlainText(number), description }];
}

/** A quantity in plain decimal text as a Dutch form shows it. */
export const dutchQuantity = (plain: string): string => plain.replace(".", ",");
