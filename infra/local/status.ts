/** `npm run status`: a table for people, or with `-- --json` one JSON document. Reads what `npm start` runs. */
import { parseArgs } from "node:util";
import { describeError, Failure } from "../../services/shared/domain/failure.ts";
import { createKafka } from "../../services/shared/kafka/client.ts";
import { createPool } from "../../services/shared/postgres.ts";
import { readStatus } from "../ops/status-report.ts";
import { statusTable } from "../ops/status-table.ts";
import { readLocalSettings } from "./stack/local-settings.ts";
import { postgresUrl } from "./stack/postgres-process.ts";

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

try {
  const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
  const settings = readLocalSettings(process.env);
  const pool = createPool({
    url: settings.DATABASE_URL ?? postgresUrl(settings.LOCAL_POSTGRES_PORT, "simon"),
    size: 4,
    applicationName: "status",
  });
  const kafka = createKafka({
    brokers: settings.KAFKA_BROKERS ?? `127.0.0.1:${settings.LOCAL_KAFKA_PORT}`,
    clientId: "status",
    topicPrefix: "",
    log: SILENT,
  });
  try {
    const status = await readStatus(pool, kafka);
    console.log(values.json ? JSON.stringify(status) : statusTable(status));
  } finally {
    await pool.end();
  }
} catch (error) {
  console.error(
    error instanceof Failure
      ? error.message
      : `The status could not be read: ${describeError(error)}. Is \`npm start\` running?`,
  );
  process.exitCode = 1;
}
