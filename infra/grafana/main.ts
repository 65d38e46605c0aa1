/** Writes the boards; run by `npm run generate`. RUNBOOKS_URL is the address of the runbooks where they are published. */
import { writeFileSync } from "node:fs";
import { boardFiles } from "./boards.ts";

for (const [name, text] of boardFiles(process.env["RUNBOOKS_URL"]))
  writeFileSync(new URL(`dashboards/${name}`, import.meta.url), text);
