import { UsageError } from "../command.ts";

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A time as it is typed: ISO 8601 with its zone, or so long ago, such as 90m, 24h or 3d. Fixed once and for all.
 * @param nowMs what "ago" counts from, milliseconds since 1970 UTC
 * @throws UsageError
 */
export function timeOf(text: string, nowMs: number): number {
  const [, count, unit = ""] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  if (count !== undefined) return nowMs - Number(count) * (UNITS[unit] ?? 0);
  const ms = ISO_WITH_ZONE.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms) || ms < 0)
    throw new UsageError(
      `${text} is no time; write one with its zone, such as 2026-11-24T08:00+01:00 or 2026-11-24T07:00Z, or how long ago, such as 24h.`,
    );
  return ms;
}

const ISO_WITH_ZONE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;
