/** Statements that cost more the larger the fleet is, by a part of their text, and why that is right. */
const REASONS: readonly { readonly part: string; readonly reason: string }[] = [
  {
    part: "update unit4_poller.fleet_view",
    reason: "counts the fleet on one process for all, in a hundredth of its time (decision 0069)",
  },
  {
    part: "with chosen as materialized",
    reason:
      "the operators' list has the figures of all tenants, by which it is sorted and filtered; a person asks for it",
  },
];

/** Why a statement may cost more with each tenant; null where it may not. */
export const grownBy = (text: string): string | null =>
  REASONS.find(({ part }) => text.includes(part))?.reason ?? null;
