import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./source-files.ts";

const FOLDER = join(ROOT, "infra/docs/runbooks");

/** A page of the runbooks. */
export type Runbook = {
  /** Its file, such as kafka-down.md. */
  readonly file: string;
  readonly text: string;
  /** The code blocks, by the language that they name. */
  readonly blocks: readonly { readonly language: string; readonly code: string }[];
};

/** All pages, those without an alert included. */
export const readRunbooks = (): readonly Runbook[] =>
  readdirSync(FOLDER).map((file) => {
    const text = readFileSync(join(FOLDER, file), "utf8");
    const found = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
    return { file, text, blocks: found.map(([, language = "", code = ""]) => ({ language, code })) };
  });
