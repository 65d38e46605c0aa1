import { parseUnit4Date } from "../../services/shared/domain/dutch-date.ts";

/** yyyy-MM-dd as Unit4 writes it: dd-MM-yyyy. @throws RangeError for anything that is no date of that shape */
export function unit4DateText(iso: string): string {
  const date = parseUnit4Date(iso);
  if (date.kind !== "date" || date.iso !== iso)
    throw new RangeError(`${iso} is no date of the form yyyy-MM-dd`);
  const [year, month, day] = iso.split("-");
  return `${day}-${month}-${year}`;
}
