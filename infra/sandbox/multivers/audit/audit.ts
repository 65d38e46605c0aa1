import {
  type AuditEntry,
  type AuditedRequest,
  auditedRequests,
  type CommitEntry,
  type RequestEnd,
  type RequestEntry,
} from "./audit-entry.ts";
import { type Lines, LinesInFile, LinesInMemory } from "./line-file.ts";

/** What is known of a request when it comes in. */
export type IncomingRequest = Omit<RequestEntry, "kind" | "request" | "atMs">;

/** The order that was stored for a request. */
export type StoredFor = Omit<CommitEntry, "kind" | "request" | "atMs">;

/**
 * Every request and every stored order since the file was begun, over restarts: what tests judge by. Never cut off, so
 * whoever runs for months deletes the file now and then.
 */
export class Audit {
  readonly #now: () => Date;
  readonly #lines: Lines;
  readonly #commits: CommitEntry[] = [];

  /** @param path the file to go on with; null: memory only */
  constructor({ path, now }: Readonly<{ path: string | null; now: () => Date }>) {
    this.#now = now;
    this.#lines = path === null ? new LinesInMemory() : new LinesInFile(path);
    for (const entry of this.#entries()) if (entry.kind === "commit") this.#commits.push(entry);
  }

  /** How many lines there are; the number of the next one. */
  get total(): number {
    return this.#lines.count;
  }

  /** At most `limit` lines from number `since` on, as JSON texts. */
  lines({ since, limit }: Readonly<{ since: number; limit: number }>): readonly string[] {
    return this.#lines.read(since, limit);
  }

  /** The requests from line `since` on, each with its end. */
  requests(since = 0): readonly AuditedRequest[] {
    return auditedRequests(this.#entries(since));
  }

  /** The orders that were stored, oldest first. */
  commits(): readonly CommitEntry[] {
    return this.#commits;
  }

  /** Notes that a request came in. @returns its number, for the notes that follow */
  came(incoming: IncomingRequest): number {
    const request = this.#lines.count;
    this.#append({ kind: "request", request, atMs: this.#nowMs(), ...incoming });
    return request;
  }

  /** Notes that an order was stored for a request. */
  stored(request: number, order: StoredFor): void {
    const entry = { kind: "commit", request, atMs: this.#nowMs(), ...order } as const;
    this.#commits.push(entry);
    this.#append(entry);
  }

  /** Notes how a request ended. */
  ended(request: number, end: RequestEnd): void {
    this.#append({ kind: "end", request, atMs: this.#nowMs(), ...end });
  }

  close(): void {
    this.#lines.close();
  }

  #append(entry: AuditEntry): void {
    this.#lines.append(JSON.stringify(entry), entry.kind === "commit");
  }

  *#entries(since = 0): Generator<AuditEntry> {
    for (let from = since; from < this.#lines.count; from += PAGE_LINES)
      for (const line of this.#lines.read(from, PAGE_LINES)) yield JSON.parse(line);
  }

  #nowMs(): number {
    return this.#now().getTime();
  }
}

const PAGE_LINES = 4_096;
