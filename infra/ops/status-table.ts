import type { Status } from "./status-report.ts";

/** The status as a table for people, times in their own time zone. */
export function statusTable({ tenants, consumerGroups }: Status): string {
  const rows = tenants.map(({ orders, messages, ...tenant }) => [
    tenant.tenantId,
    tenant.status,
    String(tenant.customers),
    String(tenant.articles),
    String(tenant.inactive),
    localTime(tenant.lastScanAt),
    localTime(tenant.latestChange),
    `${orders.waiting}/${orders.written}/${orders.refused}/${orders.skipped}/${orders.unknown}`,
    `${messages.info}/${messages.warning}/${messages.error}`,
  ]);
  return [
    aligned([TENANT_HEADINGS, ...rows]),
    "",
    aligned([["consumer group", "lag"], ...consumerGroups.map(({ group, lag }) => [group, String(lag)])]),
  ].join("\n");
}

const TENANT_HEADINGS = [
  "tenant",
  "status",
  "customers",
  "articles",
  "inactive",
  "last scan",
  "latest change",
  "orders waiting/written/refused/skipped/unknown",
  "messages info/warning/error",
];

const localTime = (iso: string | null): string =>
  iso === null ? "-" : new Date(iso).toLocaleString("sv-SE", { dateStyle: "short", timeStyle: "medium" });

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
