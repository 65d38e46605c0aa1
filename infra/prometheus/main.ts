/** Writes the files of rules; run by `npm run generate`. RUNBOOKS_URL is the address of the runbooks where they are published. */
import { writeFileSync } from "node:fs";
import { RUNBOOKS_URL, ruleFiles } from "./rules.ts";

for (const [name, text] of ruleFiles(undefined, process.env["RUNBOOKS_URL"] ?? RUNBOOKS_URL))
  writeFileSync(new URL(`rules/${name}`, import.meta.url), text);
