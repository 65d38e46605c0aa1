import type { WorkorderArchived } from "../../../schemas/records.ts";
import { recordKey } from "../../shared/domain/record-key.ts";

/** Longest id in UTF-16 units: what Simon and Postgres keys are made for. */
const LONGEST_ID = 200;
/** The last millisecond that a Date has: ECMA-262, "Time Values and Time Range". */
const LAST_MOMENT_MS = 8.64e15;

/**
 * Why a record means nothing, so that no message could be shown to anyone about it; null when it means something.
 * @param key `tenantId/workorderId`
 * @param tenantKnown whether the tenant is registered
 */
export function checkWorkorder(
  value: WorkorderArchived | null,
  key: string,
  tenantKnown: boolean,
): string | null {
  if (value === null) return "there is no workorder";
  const { tenantId, workorderId, archivedAt } = value;
  if (tenantId === "") return "tenantId is empty";
  if (workorderId === "") return "workorderId is empty";
  if (workorderId.length > LONGEST_ID) return `workorderId is longer than ${LONGEST_ID} characters`;
  if (/\p{Cc}/u.test(workorderId)) return "workorderId has control characters";
  if (key !== recordKey(tenantId, workorderId)) return "the key is not tenantId/workorderId of the value";
  if (!(archivedAt > 0 && archivedAt <= LAST_MOMENT_MS)) return "archivedAt is no moment after 1970";
  if (!tenantKnown) return "the tenant is not registered";
  return null;
}
