import { SERVICES } from "../../infra/deploy/services.ts";
import { passwordSetting } from "../../services/shared/postgres-access.ts";
import { sourceFiles } from "./source-files.ts";

/** Read by Node and by the C library. */
const NOT_OURS = ["NODE_ENV", "NODE_OPTIONS", "MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_"];

const declared = new Set([
  ...sourceFiles("services", "infra")
    .filter(({ text }) => text.includes('from "zod"'))
    .flatMap(({ text }) => [...text.matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map(([, name = ""]) => name)),
  ...SERVICES.map(({ role }) => passwordSetting(role)),
  ...NOT_OURS,
]);

/** Names, among these, that no program of ours reads; each may stand in a file, by `<NAME>_FILE`. */
export const unknownSettings = (names: readonly string[]): readonly string[] =>
  names.filter((name) => !declared.has(name) && !declared.has(name.replace(/_FILE$/, "")));
