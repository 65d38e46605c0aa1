/** `npm run ops -- <command>`: the tools of who operates the pipeline. */
import { runOps } from "./program.ts";

process.exitCode = await runOps(process.argv.slice(2), process.env);
