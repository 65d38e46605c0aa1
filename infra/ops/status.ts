import { parseArgs } from "node:util";
import { createKafka } from "../../services/shared/kafka/client.ts";
import { createPool } from "../../services/shared/postgres.ts";
import { readAddresses } from "./addresses.ts";
import type { Command } from "./command.ts";
import { readStatus } from "./status-report.ts";
import { statusTable } from "./status-table.ts";

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Shows and changes nothing. */
export const statusCommand: Command = {
  name: "status",
  summary: "shows where every tenant and every consumer group stands",
  usage: "[--json]",
  run: async (args, environment) => {
    const { values } = parseArgs({ args: [...args], options: { json: { type: "boolean", default: false } } });
    const { databaseUrl, config } = readAddresses(environment);
    const pool = createPool({ url: databaseUrl, size: 4, applicationName: "status" });
    const kafka = createKafka({ config, clientId: "status", log: SILENT });
    try {
      const status = await readStatus(pool, kafka);
      return values.json ? JSON.stringify(status) : statusTable(status);
    } finally {
      await pool.end();
    }
  },
};
