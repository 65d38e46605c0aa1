import type { Language } from "../../shared/domain/message-catalogue.ts";

/** The same shape with any texts in it; a text with parameters is a function. */
type Widened<T> = T extends string
  ? string
  : T extends (...given: never[]) => unknown
    ? T
    : { readonly [K in keyof T]: Widened<T[K]> };

/** Texts of a page in both languages; English has exactly the keys that Dutch has. */
export type Texts<T> = { readonly [L in Language]: Widened<T> };

/** Declares texts: the Dutch ones say which there are. */
export const texts = <const T extends object>(nl: T, en: Widened<T>): Texts<T> => ({
  nl: nl as Widened<T>,
  en,
});
