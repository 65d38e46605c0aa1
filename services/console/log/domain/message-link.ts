/** Where the cause of a message is mended. */
export type MessageLink = {
  readonly place:
    | "connect"
    | "settings"
    | "brakes"
    | "renumbered"
    | "workorder"
    | "workorders"
    | "message"
    | "status";
  /** Below the tenant's own pages. */
  readonly path: string;
};

type LinkedMessage = {
  readonly id: number;
  readonly code: string;
  readonly kind: string;
  readonly table: string;
  readonly recordId: string;
};

/** The place that the action of a message leads to; null for an info, which needs none. */
export function messageLink({ id, code, kind, table, recordId }: LinkedMessage): MessageLink | null {
  if (kind === "info") return null;
  const place = PLACE_OF_CODE[code] ?? PLACE_OF_TABLE[table] ?? "status";
  if (place === "message") return { place, path: `/log/${id}` };
  if (place !== "workorder") return { place, path: PATHS[place] };
  return workorderLink(recordId) ?? { place: "workorders", path: PATHS.workorders };
}

/** The page of the workorder that a message is about; null where it is about none or about all. */
export function workorderLink(recordId: string): MessageLink | null {
  if (recordId === "" || recordId === "*") return null;
  return { place: "workorder", path: `/workorders/${encodeURIComponent(recordId)}` };
}

type Place = MessageLink["place"];

const PATHS: Readonly<Record<Exclude<Place, "workorder" | "message">, string>> = {
  connect: "/activation/connect",
  settings: "/settings",
  brakes: "#brakes",
  renumbered: "/renumbered",
  workorders: "/workorders",
  status: "",
};

/** Codes that are mended elsewhere than at their record. */
const PLACE_OF_CODE: Readonly<Record<string, Place>> = {
  CONNECTION_REVOKED: "connect",
  ADMINISTRATION_FORBIDDEN: "connect",
  ORDER_NEEDS_CONNECTION: "connect",
  ORDER_NO_RIGHTS: "connect",
  ORDER_ADMINISTRATION_GONE: "connect",
  WORKORDER_SETTINGS_MISSING: "settings",
  ORDER_MEMO_FIELD_REFUSED: "settings",
  CUSTOMER_DELETIONS_HALTED: "brakes",
  ARTICLE_DELETIONS_HALTED: "brakes",
  CUSTOMER_ADDRESSES_LEFT: "renumbered",
  // What has to be quoted to the help desk stands there.
  RECORD_SET_ASIDE: "message",
};

/** Customers and articles are mended in Unit4: the status says when they were fetched since. */
const PLACE_OF_TABLE: Readonly<Record<string, Place>> = {
  workorder: "workorder",
  workAddress: "workorders",
  customer: "status",
  article: "status",
  articleGroup: "settings",
  connection: "status",
  settings: "settings",
};
