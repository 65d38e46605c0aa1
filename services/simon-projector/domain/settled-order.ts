import type { OrderSettled } from "../../../schemas/records.ts";

type SettledRecord = {
  readonly key: string;
  readonly tenantId: string;
  readonly entityId: string;
  readonly offset: number;
  readonly value: OrderSettled | null;
};

/** What became of a workorder, with the offset that makes its version whole. */
export type Outcome = OrderSettled & { readonly offset: number };

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
 * The newest outcome of each workorder in a batch: of its latest archiving, then the latest settled, then the later
 * record. U+0000, which Postgres refuses, is taken out of the parameters.
 */
export function newestOutcomes(records: readonly SettledRecord[]): readonly Outcome[] {
  const newest = new Map<string, Outcome>();
  for (const { key, value, offset } of records) {
    if (value === null) continue;
    const known = newest.get(key);
    if (known === undefined || !isOlder(value, known)) newest.set(key, { ...value, offset });
  }
  return [...newest.values()].map(withoutNul);
}

const isOlder = (one: OrderSettled, other: OrderSettled): boolean =>
  one.archivedAt < other.archivedAt ||
  (one.archivedAt === other.archivedAt && one.settledAt < other.settledAt);

const withoutNul = (outcome: Outcome): Outcome => ({
  ...outcome,
  params: Object.fromEntries(
    Object.entries(outcome.params).map(([name, text]) => [name, text.replaceAll("\u0000", "")]),
  ),
});
