import { setTimeout as sleep } from "node:timers/promises";
import type { SupervisedProcess } from "../../infra/local/processes/supervised-process.ts";
import { rolePasswords } from "../../infra/local/stack/postgres-password.ts";
import { freePort } from "../support/free-port.ts";
import { startPooler } from "../support/pooler.ts";
import { DENIES_OTHERS, type SecuredKafka, startSecuredKafka } from "../support/secured-kafka.ts";
import { startPostgresPair } from "../support/standby.ts";

/** Whatever starts has its end told to this. */
export type Ends = { after(end: () => unknown): void };

/**
 * Kafka and PostgreSQL as companies have them: TLS, a login and rights of each service's own before Kafka; a pooler in transaction
 * mode before a primary that a standby follows.
 */
export type CompanyParts = {
  /** As an operator reaches them: past logins and past the pooler, always at the primary. */
  readonly kafkaBrokers: string;
  readonly databaseUrl: string;
  readonly rolePasswords: Readonly<Record<string, string>>;
  readonly kafka: SupervisedProcess;
  readonly primary: () => SupervisedProcess;
  /** Where the services' way to Kafka leads, and where it has to begin. */
  readonly kafkaWay: { readonly port: number; readonly advertisedPort: number };
  readonly poolerPort: number;
  /** Environment that lets a service into Kafka. */
  readonly login: SecuredKafka["login"];
  /**
   * The primary is lost together with what it confirmed in the last `aloneMs`, the standby takes over, and another one follows it.
   */
  failOver(aloneMs: number): Promise<void>;
};

/** By default it asks a server that refused it only 15 s later, so that each failover would be one rest more than a fault. */
const SOON_AGAIN = "server_login_retry = 1";

export async function startCompanyParts(ends: Ends): Promise<CompanyParts> {
  const advertisedPort = await freePort();
  const kafka = await startSecuredKafka(ends, DENIES_OTHERS, advertisedPort);
  const pair = await startPostgresPair(ends, true);
  const pooler = await startPooler(ends, pair.databaseUrl, [SOON_AGAIN]);
  return {
    kafkaBrokers: `127.0.0.1:${kafka.ports.plain}`,
    databaseUrl: pair.databaseUrl,
    rolePasswords: rolePasswords(new URL(pair.databaseUrl).password),
    kafka: kafka.broker,
    primary: pair.primary,
    kafkaWay: { port: kafka.ports.sasl, advertisedPort },
    poolerPort: pooler.port,
    login: kafka.login,
    failOver: async (aloneMs) => {
      await pair.stopFollowing();
      await sleep(aloneMs);
      await pair.losePrimary();
      pair.leadToStandby();
      await pair.promote();
      await pair.replaceLost();
    },
  };
}
