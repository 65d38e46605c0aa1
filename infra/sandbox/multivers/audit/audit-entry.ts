/**
 * One line of the audit. A request has a line when it comes in, one for each order that it stores, and one when it
 * ends; `request` is the number of its first line. Instants are milliseconds since 1970.
 */
export type AuditEntry = RequestEntry | CommitEntry | EndEntry;

/** A request for the API or the login came in. */
export type RequestEntry = Readonly<{
  kind: "request";
  request: number;
  atMs: number;
  method: string;
  /** Decoded, without the version. */
  path: string;
  /** What stood behind the question mark, `""` for nothing. */
  query: string;
  operation: string;
  database: string | null;
  /** The portal user whose token it carries; null if none, or none that is valid. */
  owner: string | null;
  /** `refresh_token` or `authorization_code` at the token endpoint, else null. */
  grant: string | null;
  /** The reference of a posted order, else null. */
  reference: string | null;
  /** What the client calls it, by `x-request-id`: tries of one call have one name. Null where it says nothing. */
  call: string | null;
  /** The rule that it met, if any. */
  fault: string | null;
}>;

/** An order was stored, whatever the client was told. */
export type CommitEntry = Readonly<{
  kind: "commit";
  request: number;
  atMs: number;
  database: string;
  orderId: string;
  customerId: string;
  reference: string;
}>;

/** A request was answered or came to nothing. */
type EndEntry = Readonly<{ kind: "end"; request: number; atMs: number }> & RequestEnd;

/**
 * How a request ended: `answered` in whole, `reset` or `cut` by the emulator, or `abandoned` by the client before that.
 * `status` is null when no head went out.
 */
export type RequestEnd = Readonly<{
  outcome: "answered" | "reset" | "cut" | "abandoned";
  status: number | null;
}>;

/** A request with its end; `outcome` is null while it is under way, and for ever if the emulator was killed meanwhile. */
export type AuditedRequest = Omit<RequestEntry, "kind"> &
  Readonly<{ outcome: RequestEnd["outcome"] | null; status: number | null; endedAtMs: number | null }>;

/** Puts the lines of requests and their ends together, in the order in which they came in. */
export function auditedRequests(entries: Iterable<AuditEntry>): AuditedRequest[] {
  const requests = new Map<number, AuditedRequest>();
  for (const entry of entries) {
    if (entry.kind === "request") {
      const { kind: _, ...request } = entry;
      requests.set(request.request, { ...request, outcome: null, status: null, endedAtMs: null });
    }
    const begun = entry.kind === "end" ? requests.get(entry.request) : undefined;
    if (entry.kind === "end" && begun !== undefined) {
      const { outcome, status, atMs } = entry;
      requests.set(entry.request, { ...begun, outcome, status, endedAtMs: atMs });
    }
  }
  return [...requests.values()];
}
