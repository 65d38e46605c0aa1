import type { RetryChoice, RetryPlan } from "../../services/console/workorders/domain/retry.ts";
import { type RetryOrder, retryPreview, sendAgain } from "../../services/console/workorders/retry-acts.ts";
import { createAvro } from "../../services/shared/avro.ts";
import { systemClock } from "../../services/shared/clock.ts";
import { createKafka } from "../../services/shared/kafka/client.ts";
import { createKafkaTelemetry } from "../../services/shared/kafka/kafka-telemetry.ts";
import { createPublisher } from "../../services/shared/kafka/producer.ts";
import { createPool, type Pool } from "../../services/shared/postgres.ts";
import { createTelemetry } from "../../services/shared/telemetry.ts";
import { type Addresses, readAddresses } from "./addresses.ts";
import { type AddTool, accountName, type Ops, UsageError } from "./command.ts";

const DAY = /^\d{4}-\d\d-\d\d$/;

type RetryWords = {
  readonly [name in "tenant" | "workorder" | "cause" | "from" | "to"]?: string;
} & { readonly send: boolean; readonly json: boolean };

/** Shows what it would send; `--send` sends it. */
export const addRetry: AddTool = (program, ops) => {
  const command = program
    .command("retry")
    .summary("sends workorders again that became no order, after the cause was mended")
    .description("Sends workorders again that became no order, after the cause was mended; shows them first.")
    .option("--tenant <id>", "whose workorders")
    .option("--workorder <id or number>", "one of them")
    .option("--cause <code>", "all that were refused for one cause")
    .option("--from <yyyy-mm-dd>", "archived on this day or later")
    .option("--to <yyyy-mm-dd>", "archived on this day or earlier")
    .option("--send", "sends them", false)
    .option("--json", "for programs", false)
    .addHelpText(
      "after",
      `
Examples:
  npm run ops -- retry --tenant bos --workorder WB-2026-000004
  npm run ops -- retry --tenant bos --cause CUSTOMER_UNKNOWN --send`,
    )
    .action((words: RetryWords) => ops.run(command, () => retry(ops, words)));
};

async function retry({ environment }: Ops, words: RetryWords): Promise<string> {
  const order = retryOrder(words);
  const addresses = readAddresses(environment);
  const pool = createPool({ url: addresses.databaseUrl, size: 2, applicationName: "retry" });
  try {
    const plan = words.send ? await send(addresses, pool, order) : await retryPreview(pool, order);
    return words.json ? JSON.stringify({ sent: words.send, ...plan }) : shown(plan, words.send);
  } finally {
    await pool.end();
  }
}

function retryOrder(words: RetryWords): RetryOrder {
  const { tenant, workorder = null, cause = null, from = null, to = null } = words;
  if (tenant === undefined) throw new UsageError("Which tenant?");
  for (const day of [from, to])
    if (day !== null && !DAY.test(day)) throw new UsageError(`${day} is not a date of the form yyyy-mm-dd.`);
  if ([workorder, cause, from, to].every((condition) => condition === null))
    throw new UsageError("Name a workorder, a cause or a range of days to send again.");
  const choice: RetryChoice = { workorder, cause, from, to };
  return { tenantId: tenant, choice, actor: { kind: "service", id: null, name: accountName() } };
}

async function send({ config }: Addresses, pool: Pool, order: RetryOrder): Promise<RetryPlan> {
  const telemetry = createTelemetry("retry", "error");
  const kafka = createKafka({ config, clientId: "retry", log: telemetry.log });
  const publisher = await createPublisher(kafka, createKafkaTelemetry(telemetry, []));
  try {
    const avro = createAvro({ config, now: systemClock });
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
    ...notSent.map(
      ({ workorderId, number, why, orderId }) =>
        `not sent  ${number} (${workorderId})  ${why}${orderId === null ? "" : ` as ${orderId}`}`,
    ),
    isSent
      ? `${wouldSend.length} sent again, ${notSent.length} not.`
      : `${wouldSend.length} would be sent again, ${notSent.length} not. Add --send to send them.`,
  ].join("\n");
}
