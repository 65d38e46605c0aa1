/** Writes the files of rules; run by `npm run generate`. RUNBOOKS_URL is the address of the runbooks where they are published. */
import { writeFileSync } from "node:fs";
import { RUNBOOKS_URL, ruleFiles, rulesManifest } from "./rules.ts";

const runbooks = process.env["RUNBOOKS_URL"] ?? RUNBOOKS_URL;
for (const [name, text] of ruleFiles(undefined, runbooks))
  writeFileSync(new URL(`rules/${name}`, import.meta.url), text);
writeFileSync(
  new URL("../kubernetes/overlays/production/rules.yaml", import.meta.url),
  rulesManifest(runbooks),
);
