/** The sandbox Simon: pages for people, and the events of the workorders that they archive. From the environment. */
import type { WorkorderArchived } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { createAvro } from "../../../services/shared/avro.ts";
import { systemClock } from "../../../services/shared/clock.ts";
import { readConfig } from "../../../services/shared/config.ts";
import { describeError, type Failure, isFailure } from "../../../services/shared/domain/failure.ts";
import { createKafka } from "../../../services/shared/kafka/client.ts";
import { untilUp } from "../../../services/shared/kafka/hold.ts";
import { createKafkaTelemetry } from "../../../services/shared/kafka/kafka-telemetry.ts";
import { createPublisher } from "../../../services/shared/kafka/producer.ts";
import { createLoopContext } from "../../../services/shared/loop.ts";
import { createPool } from "../../../services/shared/postgres.ts";
import { createTelemetry } from "../../../services/shared/telemetry.ts";
import { createApp } from "./app.ts";
import { createAutoArchive } from "./auto-archive.ts";
import { simonSettings } from "./config.ts";
import { createOutbox } from "./outbox.ts";

const NAME = "sandbox-simon";

function settingsOrExit() {
  try {
    return readConfig(simonSettings, process.env);
  } catch (error) {
    console.error(isFailure(error, "CONFIG_INVALID") ? error.message : describeError(error));
    process.exit(1);
  }
}

const config = settingsOrExit();
const telemetry = createTelemetry(NAME, config.LOG_LEVEL);
const { log } = telemetry;
const kafkaTelemetry = createKafkaTelemetry(telemetry, []);
const pool = createPool({
  url: config.DATABASE_URL,
  size: 5,
  applicationName: NAME,
  onIdleError: (error) => log.warn("postgres_connection_lost", { error: error.message }),
});
const fail = (failure: Failure): void => {
  log.error("sandbox_failed", { error: describeError(failure) });
  process.exit(1);
};
const context = createLoopContext({ telemetry, fail }, ["outbox", "auto-archive"]);

// The pages come first: they are useful while Kafka is not there yet.
let onArchived = (): void => {};
const app = createApp({ pool, onArchived: () => onArchived() });
log.info("sandbox_started", {
  address: await app.listen({ port: config.SIMON_PORT, host: config.SIMON_HOST }),
});

const kafka = createKafka({ config, clientId: NAME, log });
const avro = createAvro({ config, now: systemClock });
const { name: topic, schema } = TOPICS.workorderArchived;
const publisher = await untilUp(kafkaTelemetry, () => createPublisher(kafka, kafkaTelemetry));
const encoder = await untilUp(kafkaTelemetry, () => avro.encoder<WorkorderArchived>(topic, schema));
const outbox = createOutbox(context, { pool, publisher, encoder });
const autoArchive = createAutoArchive(context, {
  pool,
  onArchived: outbox.wake,
  onPutOff: (error) => log.warn("sandbox_waits", { error }),
});
onArchived = outbox.wake;
await outbox.start();
if (config.SIMON_AUTO_ARCHIVE === "true") await autoArchive.start();

for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.once(signal, async () => {
    await app.close();
    await autoArchive.stop();
    await outbox.stop();
    await publisher.close();
    await pool.end();
    process.exit(0);
  });
