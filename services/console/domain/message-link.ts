/** Where the cause of a message is mended: a path below the tenant's own pages; null where nothing is to be done here. */
export function messageLink(message: {
  readonly code: string;
  readonly kind: string;
  readonly table: string;
  readonly recordId: string;
}): string | null {
  const { code, kind, table, recordId } = message;
  const own = LINKS[code];
  if (own !== undefined) return own;
  if (table === "workorder" && recordId !== "" && recordId !== "*")
    return `/workorders/${encodeURIComponent(recordId)}`;
  if (kind === "info") return null;
  return LINK_OF_TABLE[table] ?? "";
}

/** Codes whose cause is mended at one place of the console. */
const LINKS: Readonly<Record<string, string>> = {
  CONNECTION_REVOKED: "/activation/connect",
  ADMINISTRATION_FORBIDDEN: "/activation/connect",
  CUSTOMER_DELETIONS_HALTED: "#brakes",
  ARTICLE_DELETIONS_HALTED: "#brakes",
};

/** Everything else is mended in Unit4 or Simon; the status page or the settings say how things stand. */
const LINK_OF_TABLE: Readonly<Record<string, string>> = {
  settings: "/settings",
  articleGroup: "/settings",
  workorder: "/workorders",
};
