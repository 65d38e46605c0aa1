import type { OrderSettled } from "../../../schemas/records.ts";
import { LONGEST_PARAM, type PlainText, plainTexts } from "../../shared/domain/plain-text.ts";

type SettledRecord = {
  readonly key: string;
  readonly tenantId: string;
  readonly entityId: string;
  readonly place: number;
  readonly value: OrderSettled | null;
};

type PlacedOutcome = OrderSettled & { readonly place: number };

/** What became of a workorder, with the place of its record, which makes its version whole. */
export type Outcome = Omit<PlacedOutcome, "params"> & {
  readonly params: Readonly<Record<string, PlainText>>;
};

const LATEST_MS = 8.64e15;

/** Why a settled order makes no sense; null when it does. */
export function checkSettledOrder({ tenantId, entityId, value }: SettledRecord): string | null {
  if (value === null) return "there is no value";
  if (value.tenantId !== tenantId) return "the tenant is not the key's";
  if (value.workorderId !== entityId) return "the workorder is not the key's";
  if (value.archivedAt <= 0 || value.archivedAt > LATEST_MS) return "archivedAt is no time";
  if (value.settledAt <= 0 || value.settledAt > LATEST_MS) return "settledAt is no time";
  if (value.outcome === "written" && value.orderId === null) return "the order was written but has no number";
  return null;
}

/**
 * The newest outcome of each workorder in a batch: of its latest archiving by the place on the topic, never by a clock (case
 * O35). Of one archiving it is that the order was written, else the later record. Its parameters are plain text.
 */
export function newestOutcomes(records: readonly SettledRecord[]): readonly Outcome[] {
  const newest = new Map<string, PlacedOutcome>();
  for (const { key, value, place } of records) {
    if (value === null) continue;
    const known = newest.get(key);
    if (known === undefined || !isOlder({ ...value, place }, known)) newest.set(key, { ...value, place });
  }
  return [...newest.values()].map(withPlainParams);
}

function isOlder(one: PlacedOutcome, other: PlacedOutcome): boolean {
  const versions = [versionOf(one), versionOf(other)] as const;
  const at = versions[0].findIndex((part, index) => part !== versions[1][index]);
  return at >= 0 && (versions[0][at] ?? 0) < (versions[1][at] ?? 0);
}

/** Compared from the left, as in simon-workorders.ts. Outcomes without a sequence are ordered by their times, as they were. */
const versionOf = ({ sequence, outcome, archivedAt, settledAt, place }: PlacedOutcome): readonly number[] =>
  sequence > 0
    ? [sequence, outcome === "written" ? 1 : 0, 0, 0, place]
    : [0, 0, archivedAt, settledAt, place];

const withPlainParams = (outcome: PlacedOutcome): Outcome => ({
  ...outcome,
  params: plainTexts(outcome.params, LONGEST_PARAM),
});
