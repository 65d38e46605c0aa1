import { execFile } from "node:child_process";
import { cpus } from "node:os";
import { promisify } from "node:util";

/** The middle one; the mean of both where there are two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? sorted.at(-1) ?? 0)) / 2;
}

/** Lowest and highest, as text. */
export const spreadOf = (values: readonly number[]): string =>
  `${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)}`;

/** Machine and versions, for the first line of a report. */
export async function describeMachine(): Promise<string> {
  const { stdout } = await promisify(execFile)("git", ["rev-parse", "--short", "HEAD"]).catch(() => ({
    stdout: "unknown",
  }));
  return `commit ${stdout.trim()}, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`;
}
