import { readFile, stat } from "node:fs/promises";
import type { Pool } from "../../services/shared/postgres.ts";

/** One run of a statement, as auto_explain saw it. */
export type StatementRun = {
  /** Its text on one line. */
  readonly text: string;
  readonly ms: number;
  /** Blocks of 8 kB that it read, in memory or not. */
  readonly buffers: number;
  /** The most rows that one part of its plan read of a table or an index, and of which table. */
  readonly read: { readonly rows: number; readonly table: string };
};

/** A node of a plan (PostgreSQL 18, EXPLAIN, FORMAT JSON). */
type Node = {
  readonly "Relation Name"?: string;
  readonly "Actual Rows"?: number;
  readonly "Actual Loops"?: number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly "Shared Hit Blocks"?: number;
  readonly "Shared Read Blocks"?: number;
  readonly Plans?: readonly Node[];
};

const SETTINGS = [
  "session_preload_libraries = 'auto_explain'",
  "auto_explain.log_min_duration = 0",
  "auto_explain.log_analyze = on",
  "auto_explain.log_buffers = on",
  "auto_explain.log_timing = off",
  "auto_explain.log_format = json",
  "auto_explain.log_nested_statements = on",
];

/**
 * From now on every statement of every new session of this database leaves its plan in the server's log: whoever runs it, nobody has to
 * list it.
 * @param pool as the superuser @param logFile of the server
 */
export async function watchStatements(
  pool: Pool,
  logFile: string,
): Promise<{ runs(): Promise<readonly StatementRun[]> }> {
  const { rows } = await pool.query<{ name: string }>("select quote_ident(current_database()) as name");
  await pool.query("load 'auto_explain'");
  for (const setting of SETTINGS) await pool.query(`alter database ${rows[0]?.name} set ${setting}`);
  let from = (await stat(logFile)).size;
  return {
    /** Those since the last time. */
    runs: async () => {
      const log = (await readFile(logFile)).subarray(from);
      // The last entry may be half written: it ends with a bracket of its own.
      const end = log.lastIndexOf("\n\t}\n");
      const whole = log.subarray(0, end < 0 ? 0 : end + 4);
      from += whole.length;
      return runsIn(whole.toString("utf8"));
    },
  };
}

const ENTRY = /duration: ([\d.]+) ms {2}plan:\n((?:\t.*\n)+)/g;

function runsIn(log: string): readonly StatementRun[] {
  return [...log.matchAll(ENTRY)].map(([, ms, plan = ""]) => {
    const explained = JSON.parse(plan) as { readonly "Query Text": string; readonly Plan: Node };
    const nodes = nodesOf(explained.Plan);
    const top = explained.Plan;
    return {
      text: explained["Query Text"].replaceAll(/\s+/g, " ").trim(),
      ms: Number(ms),
      buffers: (top["Shared Hit Blocks"] ?? 0) + (top["Shared Read Blocks"] ?? 0),
      read: nodes
        .map((node) => ({ rows: rowsRead(node), table: node["Relation Name"] ?? "" }))
        .filter(({ table }) => table !== "")
        .reduce((most, one) => (one.rows > most.rows ? one : most), { rows: 0, table: "" }),
    };
  });
}

const nodesOf = (node: Node): readonly Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

const rowsRead = (node: Node): number =>
  ((node["Actual Rows"] ?? 0) +
    (node["Rows Removed by Filter"] ?? 0) +
    (node["Rows Removed by Index Recheck"] ?? 0)) *
  (node["Actual Loops"] ?? 1);
