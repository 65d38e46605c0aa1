/** `npm run deploy`: topics, schemas, migrations and roles, from the environment. Run it before the services. */
import { parseArgs } from "node:util";
import { z } from "zod";
import { commonSettings, kafkaSettings, readConfig, registrySettings } from "../../services/shared/config.ts";
import { describeError, isFailure } from "../../services/shared/domain/failure.ts";
import { passwordSetting, withPassword } from "../../services/shared/postgres-access.ts";
import { refuseRaiseBesideOlder } from "./contract.ts";
import { deploy } from "./deploy.ts";
import { checkMigrations } from "./migrations.ts";
import { SERVICES } from "./services.ts";
import { partitionsAsked } from "./topic-changes.ts";

const settings = z.object({
  ...kafkaSettings,
  /** Copies of each partition, and how many of them have to have a record before it counts as written. */
  KAFKA_REPLICATION_FACTOR: z.coerce.number().int().min(1).default(3),
  KAFKA_MIN_INSYNC_REPLICAS: z.coerce.number().int().min(1).default(2),
  ...registrySettings,
  /** As a role that may create schemas and roles. */
  DATABASE_URL: commonSettings.DATABASE_URL,
  DATABASE_PASSWORD_FILE: commonSettings.DATABASE_PASSWORD_FILE,
});
/** The password that each service's role gets, such as ORDER_WRITER_PASSWORD; a role without one keeps what it has. */
const passwords = z.object(
  Object.fromEntries(SERVICES.map(({ role }) => [passwordSetting(role), z.string().default("")])),
);

try {
  const { values } = parseArgs({
    options: {
      "let-go-of-records": { type: "boolean", default: false },
      check: { type: "boolean", default: false },
      acls: { type: "boolean", default: false },
      "stand-ins": { type: "boolean", default: false },
      partitions: { type: "string", multiple: true, default: [] },
    },
  });
  const config = readConfig(settings);
  const databaseUrl = withPassword(config.DATABASE_URL, config.DATABASE_PASSWORD_FILE);
  const report = (line: string): void => console.log(line);
  const work = {
    config,
    databaseUrl,
    replicationFactor: config.KAFKA_REPLICATION_FACTOR,
    minInSyncReplicas: config.KAFKA_MIN_INSYNC_REPLICAS,
    letsGoOfRecords: values["let-go-of-records"],
    givesRights: values.acls,
    hasStandIns: values["stand-ins"],
    rolePasswords: readConfig(passwords),
    raiseTo: partitionsAsked(values.partitions),
    report,
  };
  if (values.check) {
    await checkMigrations(work);
    await refuseRaiseBesideOlder(databaseUrl, work.raiseTo);
  } else await deploy(work);
  console.log(values.check ? "deploy may run; nothing was changed" : "deploy finished");
} catch (error) {
  console.error(isFailure(error, "CONFIG_INVALID") ? error.message : describeError(error));
  process.exitCode = 1;
}
