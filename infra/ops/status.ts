import { createKafka } from "../../services/shared/kafka/client.ts";
import { createPool } from "../../services/shared/postgres.ts";
import { readAddresses } from "./addresses.ts";
import type { AddTool, Ops } from "./command.ts";
import { readStatus } from "./status-report.ts";
import { statusTable } from "./status-table.ts";

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Shows and changes nothing. */
export const addStatus: AddTool = (program, ops) => {
  const command = program
    .command("status")
    .summary("shows where every tenant and every consumer group stands")
    .description("Shows where every tenant and every consumer group stands.")
    .option("--json", "for programs", false)
    .action((options: { readonly json: boolean }) => ops.run(command, () => showStatus(ops, options.json)));
};

async function showStatus({ environment }: Ops, asJson: boolean): Promise<string> {
  const { databaseUrl, config } = readAddresses(environment);
  const pool = createPool({ url: databaseUrl, size: 4, applicationName: "status" });
  const kafka = createKafka({ config, clientId: "status", log: SILENT });
  try {
    const status = await readStatus(pool, kafka);
    return asJson ? JSON.stringify(status) : statusTable(status);
  } finally {
    await pool.end();
  }
}
