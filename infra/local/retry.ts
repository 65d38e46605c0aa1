/**
 * `npm run retry -- --tenant bos --workorder 3`: sends workorders again that became no order. Shows what it would do;
 * `--send` does it. `--cause CODE`, `--from yyyy-mm-dd`, `--to yyyy-mm-dd` choose several; `--json` is for programs.
 */
import { userInfo } from "node:os";
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import type { RetryChoice, RetryPlan } from "../../services/console/workorders/domain/retry.ts";
import { type RetryOrder, retryPreview, sendAgain } from "../../services/console/workorders/retry-acts.ts";
import { createAvro } from "../../services/shared/avro.ts";
import { systemClock } from "../../services/shared/clock.ts";
import { describeError, Failure } from "../../services/shared/domain/failure.ts";
import { createKafka } from "../../services/shared/kafka/client.ts";
import { createKafkaTelemetry } from "../../services/shared/kafka/kafka-telemetry.ts";
import { createPublisher } from "../../services/shared/kafka/producer.ts";
import { createPool, type Pool } from "../../services/shared/postgres.ts";
import { createTelemetry } from "../../services/shared/telemetry.ts";
import { type LocalSettings, readLocalSettings } from "./stack/local-settings.ts";
import { postgresUrl } from "./stack/postgres-process.ts";

const USAGE =
  "Usage: npm run retry -- --tenant <id> (--workorder <id or number> | --cause <code> | --from <yyyy-mm-dd> --to <yyyy-mm-dd>) [--send] [--json]";
const DAY = /^\d{4}-\d\d-\d\d$/;

const OPTIONS = {
  tenant: { type: "string" },
  workorder: { type: "string" },
  cause: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  send: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const satisfies ParseArgsOptionsConfig;

try {
  const { values } = parseArgs({ options: OPTIONS });
  const order = retryOrder(values);
  const settings = readLocalSettings(process.env);
  const pool = createPool({
    url: settings.DATABASE_URL ?? postgresUrl(settings.LOCAL_POSTGRES_PORT, "simon"),
    size: 2,
    applicationName: "retry",
  });
  try {
    const plan = values.send ? await send(settings, pool, order) : await retryPreview(pool, order);
    console.log(values.json ? JSON.stringify({ sent: values.send, ...plan }) : shown(plan, values.send));
  } finally {
    await pool.end();
  }
} catch (error) {
  console.error(
    error instanceof Failure || isUsage(error)
      ? `${error.message}\n${USAGE}`
      : `Nothing can be said of a retry: ${describeError(error)}. Is \`npm start\` running?`,
  );
  process.exitCode = 1;
}

function retryOrder(
  values: {
    readonly [name in "tenant" | "workorder" | "cause" | "from" | "to"]?: string | undefined;
  },
): RetryOrder {
  const { tenant, workorder = null, cause = null, from = null, to = null } = values;
  if (tenant === undefined) throw new TypeError("Which tenant?");
  for (const day of [from, to])
    if (day !== null && !DAY.test(day)) throw new TypeError(`${day} is no day of the form yyyy-mm-dd.`);
  const choice: RetryChoice = { workorder, cause, from, to };
  return { tenantId: tenant, choice, by: userInfo().username };
}

/** Also what parseArgs throws at an unknown option. */
function isUsage(error: unknown): error is TypeError {
  return error instanceof TypeError;
}

async function send(settings: LocalSettings, pool: Pool, order: RetryOrder): Promise<RetryPlan> {
  const telemetry = createTelemetry("retry", "error");
  const topicPrefix = settings.KAFKA_TOPIC_PREFIX;
  const kafka = createKafka({
    brokers: settings.KAFKA_BROKERS ?? `127.0.0.1:${settings.LOCAL_KAFKA_PORT}`,
    clientId: "retry",
    topicPrefix,
    log: telemetry.log,
  });
  const registryUrl =
    settings.SCHEMA_REGISTRY_URL ?? `http://127.0.0.1:${settings.LOCAL_REGISTRY_PORT}/apis/ccompat/v7`;
  const publisher = await createPublisher(kafka, createKafkaTelemetry(telemetry, []));
  try {
    const avro = createAvro({ registryUrl, topicPrefix, now: systemClock });
    return await sendAgain({ db: pool, kafka, avro, publisher }, order);
  } finally {
    await publisher.close();
  }
}

function shown({ wouldSend, notSent }: RetryPlan, isSent: boolean): string {
  return [
    ...wouldSend.map(
      ({ workorderId, number, cause }) =>
        `${isSent ? "sent" : "would send"}  ${number} (${workorderId})  ${cause}`,
    ),
    ...notSent.map(({ workorderId, number, why }) => `not sent  ${number} (${workorderId})  ${why}`),
    isSent
      ? `${wouldSend.length} sent again, ${notSent.length} not.`
      : `${wouldSend.length} would be sent again, ${notSent.length} not. Add --send to send them.`,
  ].join("\n");
}
