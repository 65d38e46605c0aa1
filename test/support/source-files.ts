import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export type SourceFile = {
  /** Path from the root of the tree, such as services/shared/clock.ts. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  /** Imported modules: paths from the root for our own files, names for packages. */
  readonly imports: readonly string[];
};

/** All TypeScript files below the folders named. */
export function sourceFiles(...folders: readonly string[]): readonly SourceFile[] {
  return folders.flatMap((folder) => filesBelow(join(ROOT, folder))).map(readSource);
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesBelow(path);
    return name.endsWith(".ts") ? [path] : [];
  });
}

function readSource(absolutePath: string): SourceFile {
  const text = readFileSync(absolutePath, "utf8");
  const path = relative(ROOT, absolutePath);
  const specifiers = [
    ...text.matchAll(/^\s*(?:import|export)\b[^;]*?\bfrom "([^"]+)"|^\s*import "([^"]+)"/gm),
  ];
  return {
    path,
    text,
    lines: text.split("\n").length - 1,
    imports: specifiers.map(([, from, bare]) => resolved(path, from ?? bare ?? "")),
  };
}

const resolved = (path: string, specifier: string): string =>
  specifier.startsWith(".") ? normalize(join(dirname(path), specifier)) : specifier;
