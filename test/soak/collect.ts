import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import {
  type AuditEntry,
  auditedRequests,
  type CommitEntry,
} from "../../infra/sandbox/multivers/audit/audit-entry.ts";
import type { StoredContent } from "../faults/evidence.ts";

/** What the emulated Unit4 kept of a run in its folder. */
export type SandboxRecords = {
  readonly requests: ReturnType<typeof auditedRequests>;
  readonly commits: readonly CommitEntry[];
  readonly stored: (database: string, orderId: string) => StoredContent | undefined;
};

/** Reads the sandbox's audit and its orders. @param folder of the sandbox */
export async function readSandbox(folder: string): Promise<SandboxRecords> {
  const entries: AuditEntry[] = [];
  for await (const line of linesOf(join(folder, "audit.jsonl"))) entries.push(JSON.parse(line));
  const stored = await readOrders(folder);
  return {
    requests: auditedRequests(entries),
    commits: entries.filter((entry) => entry.kind === "commit"),
    stored: (database, orderId) => stored.get(`${database} ${orderId}`),
  };
}

type JournalLine = {
  readonly do: string;
  readonly stored?: { readonly order: StoredContent & { readonly orderId: string } };
};

async function readOrders(folder: string): Promise<ReadonlyMap<string, StoredContent>> {
  const orders = new Map<string, StoredContent>();
  for (const name of (await readdir(folder)).filter((file) => /^MVL\d+\.jsonl$/.test(file)))
    for await (const line of linesOf(join(folder, name))) {
      const { stored } = JSON.parse(line) as JournalLine;
      if (stored === undefined) continue;
      const { orderId, customerId, orderLines } = stored.order;
      // Only what is compared: the whole orders of a long run would not fit into memory.
      const lines = orderLines.map(({ productId, quantityOrdered }) => ({ productId, quantityOrdered }));
      orders.set(`${name.replace(".jsonl", "")} ${orderId}`, { customerId, orderLines: lines });
    }
  return orders;
}

/**
 * Tokens of the emulated Unit4 that stand in clear in a log of ours (I13).
 * @param sandboxFolder of the sandbox @param logFolder of the programs' logs
 */
export async function leakedTokens(sandboxFolder: string, logFolder: string): Promise<readonly string[]> {
  const tokens = new Set<string>();
  for await (const line of linesOf(join(sandboxFolder, "tokens.jsonl"))) {
    const { token } = JSON.parse(line) as { readonly token?: string };
    if (token !== undefined) tokens.add(token);
  }
  const leaks = new Set<string>();
  for (const name of await readdir(logFolder))
    for await (const line of linesOf(join(logFolder, name)))
      for (const [text] of line.matchAll(TOKEN_LIKE)) if (tokens.has(text)) leaks.add(name);
  return [...leaks].map((name) => `I13: ${name} holds a token in clear`);
}

/** 32 bytes in base64url. */
const TOKEN_LIKE = /[\w-]{43}/g;

const linesOf = (path: string) =>
  createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });
