import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./source-files.ts";

export type Release = {
  readonly version: string;
  /** Of one that is out; null of the newest. */
  readonly commit: string | null;
  /** Number of the last migration of each schema, of one that is out. */
  readonly lastMigrations: ReadonlyMap<string, string>;
};

/** The releases of CHANGELOG.md, the newest first. */
export function releases(): readonly Release[] {
  const text = readFileSync(join(ROOT, "CHANGELOG.md"), "utf8");
  return text
    .split(/^## /m)
    .slice(1)
    .map((entry) => ({
      version: /^\[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$/m.exec(entry)?.[1] ?? entry.slice(0, 40),
      commit: /[Cc]ommit `([0-9a-f]{40})`/.exec(entry)?.[1] ?? null,
      lastMigrations: new Map(
        [...entry.matchAll(/`(\w+)` (\d{3})\b/g)].map(([, schema = "", number = ""]) => [schema, number]),
      ),
    }));
}

/** The one before the newest. */
export function previousRelease(): Release & { readonly commit: string } {
  const [, previous] = releases();
  if (previous === undefined || previous.commit === null)
    throw new Error("CHANGELOG.md names no commit of the previous release.");
  return { ...previous, commit: previous.commit };
}

/** Whether git has the commit here; clones of CI may be shallow. */
export function hasCommit(commit: string): boolean {
  try {
    execFileSync("git", ["cat-file", "-e", `${commit}^{commit}`], { cwd: ROOT, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

export const missingCommit = ({ version, commit }: { readonly version: string; readonly commit: string }) =>
  `release ${version} (commit ${commit}) is not in this clone; \`git fetch --unshallow\` brings it`;

/** A file of a commit. */
export const fileOf = (commit: string, path: string): string =>
  execFileSync("git", ["show", `${commit}:${path}`], { cwd: ROOT, encoding: "utf8" });

/** Takes a commit out of git into a folder of its own, with the packages of this tree. @returns the folder, and how to remove it */
export function takeOut(commit: string): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "simon-release-"));
  const tar = execFileSync("git", ["archive", "--format=tar", commit], {
    cwd: ROOT,
    maxBuffer: 512 * 1024 * 1024,
  });
  execFileSync("tar", ["-x", "-C", folder], { input: tar });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
