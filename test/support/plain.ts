import { type PlainText, plainText } from "../../services/shared/domain/plain-text.ts";

/** Text as it stands after the door. */
export const plain = (text: string): PlainText => plainText(text, 2_000);
