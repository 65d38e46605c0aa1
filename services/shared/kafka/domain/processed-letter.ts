import type { NewMessage } from "../../domain/message-catalogue.ts";
import { plainText } from "../../domain/plain-text.ts";
import { putBackIn } from "../../domain/put-back.ts";
import { parseRecordKey } from "../../domain/record-key.ts";

/** As long as the id of the record in the message that it was set aside. */
const LONGEST_RECORD_ID = 200;

/**
 * What the tenant is told when a record was processed that this group had set aside before; null for any other record.
 * @param at milliseconds since 1970 UTC
 */
export function processedLetter(
  record: Parameters<typeof putBackIn>[0] & { readonly key: Buffer | null },
  group: string,
  at: number,
): NewMessage | null {
  const letter = putBackIn(record);
  const key = record.key === null ? null : parseRecordKey(record.key.toString());
  if (letter?.group !== group || key === null) return null;
  const position = `${letter.topic}/${letter.partition}/${letter.offset}`;
  return {
    tenantId: key.tenantId,
    code: "RECORD_PROCESSED",
    params: { position, attempt: String(letter.attempt) },
    recordId: plainText(key.entityId, LONGEST_RECORD_ID),
    closes: ["RECORD_SET_ASIDE"],
    at,
    service: group,
    occurrence: `${position}/${group}/${letter.attempt}`,
  };
}
