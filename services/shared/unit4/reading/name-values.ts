import { idField, textField } from "./fields.ts";
import { rowReader } from "./row-reader.ts";

/** An entry of a name/value list (…NVL): `name` is the code, `value` the text. */
export type NameValue = { readonly name: string; readonly value: string };

export const readNameValue = rowReader<NameValue>({ name: idField, value: textField });
