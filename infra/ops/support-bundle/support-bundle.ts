import { writeFile } from "node:fs/promises";
import { Failure } from "../../../services/shared/domain/failure.ts";
import { createKafka } from "../../../services/shared/kafka/client.ts";
import { createPool } from "../../../services/shared/postgres.ts";
import { readAddresses } from "../addresses.ts";
import type { AddTool, Ops } from "../command.ts";
import { readBundle } from "./bundle.ts";
import { createTenantNumbers } from "./tenant-numbers.ts";

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Collects what an engineer asks first into a file that may be sent to somebody else; changes nothing in the pipeline. */
export const addSupportBundle: AddTool = (program, ops) => {
  const command = program
    .command("support-bundle")
    .summary("collects versions, settings, lag, states and last errors into one file that can be sent")
    .description(
      "Collects versions, settings without secrets, lag, states and last errors into one JSON file.",
    )
    .option("--to <file>", "where it is written; a new file, by its time unless told")
    .addHelpText("after", HELP)
    .action(({ to }: { readonly to?: string }) => ops.run(command, () => makeBundle(ops, to)));
};

const HELP = `
Nothing in it is personal: of settings only those that can be nothing but a number or one of a few words; of errors the code, the
time and the number of times, without any text. Tenants stand in it as numbers, for their ids are mostly made of a company's name,
and a hash of one is found by trying names: which number is whose is shown here, and stays with you. Settings are those of
this command's environment; start it where a service runs to have that one's.

Example:
  npm run ops -- support-bundle --to bundle.json`;

async function makeBundle({ environment }: Ops, to: string | undefined): Promise<string> {
  const { databaseUrl, config } = readAddresses(environment);
  const pool = createPool({ url: databaseUrl, size: 2, applicationName: "support-bundle" });
  const kafka = createKafka({ config, clientId: "support-bundle", log: SILENT });
  const tenants = createTenantNumbers();
  const now = new Date();
  try {
    const bundle = await readBundle({ pool, kafka, environment, tenants, now });
    const file = to ?? `support-bundle-${now.toISOString().replaceAll(/[:.]/g, "-")}.json`;
    await writeNew(file, `${JSON.stringify(bundle, null, 2)}\n`);
    return [`${file} is written; look through it before you send it.`, ...whoIsWho(tenants.ids())].join("\n");
  } finally {
    await pool.end();
  }
}

const whoIsWho = (ids: readonly string[]): readonly string[] =>
  ids.length === 0
    ? []
    : ["Tenants in it, by their numbers (keep this):", ...ids.map((id, index) => `  ${index + 1}  ${id}`)];

/** @throws Failure FILE_NOT_WRITTEN also for a file that is there: it may be what somebody is about to send */
async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: "wx", mode: 0o600 });
  } catch (error) {
    throw new Failure("FILE_NOT_WRITTEN", `${file} cannot be written; name another one with --to.`, error);
  }
}
