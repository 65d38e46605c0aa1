import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { PRINCIPALS } from "../../infra/deploy/rights.ts";
import { rolePasswords } from "../../infra/local/stack/postgres-password.ts";
import { createPool } from "../../services/shared/postgres.ts";
import { passwordSetting } from "../../services/shared/postgres-access.ts";
import { type Pooler, startPooler } from "./pooler.ts";
import { basic, createRegistryProxy } from "./registry-proxy.ts";
import { DENIES_OTHERS, passwordOf, type SecuredKafka, startSecuredKafka } from "./secured-kafka.ts";
import { startTlsPostgres } from "./tls-postgres.ts";
import type { WorldOptions } from "./world.ts";

/**
 * The surroundings that companies have: Kafka by TLS and a login of each service's own, which may do what it needs and no more;
 * a registry by TLS and a login; PostgreSQL by TLS, and a pooler in transaction mode before it.
 */
export type Company = {
  readonly kafka: SecuredKafka;
  readonly pooler: Pooler;
  /** How a world comes in: every password stands in a file. */
  readonly options: WorldOptions;
  /** Every password of every service becomes another one, where it is asked for and then in its file. */
  changeLogins(): Promise<void>;
  /** Settings with the passwords that a service had first. */
  formerLogins(service: string): readonly Readonly<Record<string, string>>[];
};

/** The broker ends a connection that brings no new login in time. */
const REAUTHENTICATED_AFTER_MS = 11_500;
/** Each character of it has a meaning in an address. */
const REGISTRY_PASSWORD = "p@ss:w/rd";
/** Who has a login of its own, which may change. */
const OWN_LOGINS = Object.fromEntries(PRINCIPALS.map((service) => [service, true]));
const next = (password: string): string => `next-${password}`;

/** Starts them; they end with the test. */
export async function startCompany(t: TestContext): Promise<Company> {
  const kafka = await startSecuredKafka(t, {
    ...DENIES_OTHERS,
    "listener.name.company.connections.max.reauth.ms": REAUTHENTICATED_AFTER_MS,
  });
  const { databaseUrl } = await startTlsPostgres(t);
  const pooler = await startPooler(t, databaseUrl);
  const registry = await createRegistryProxy(
    t,
    process.env["TEST_REGISTRY_URL"] ?? "",
    basic("simon", REGISTRY_PASSWORD),
  );
  const file = (name: string): string => join(kafka.folder, `${name}-password`);
  /** Renamed into its place, as secrets are handed to containers. */
  const hand = async (name: string, password: string): Promise<void> => {
    await writeFile(`${file(name)}.new`, `${password}\n`);
    await rename(`${file(name)}.new`, file(name));
  };
  const inPostgres = rolePasswords(new URL(databaseUrl).password);
  const handAll = async (change: (password: string) => string): Promise<void> => {
    await hand("registry", change(REGISTRY_PASSWORD));
    for (const service of PRINCIPALS) {
      await hand(`${service}-kafka`, change(passwordOf(service)));
      await hand(`${service}-postgres`, change(inPostgres[passwordSetting(service)] ?? ""));
    }
  };
  await handAll((password) => password);

  const login: SecuredKafka["login"] = (user) => {
    const { KAFKA_SASL_PASSWORD: password = "", ...others } = kafka.login(user);
    return user in OWN_LOGINS
      ? { ...others, KAFKA_SASL_PASSWORD_FILE: file(`${user}-kafka`) }
      : { ...others, KAFKA_SASL_PASSWORD: password };
  };
  const changeInPostgres = async (): Promise<void> => {
    const admin = createPool({ url: databaseUrl, size: 1, applicationName: "test" });
    for (const service of PRINCIPALS) {
      const password = next(inPostgres[passwordSetting(service)] ?? "");
      await admin.query(`alter role "${service.replaceAll("-", "_")}" password '${password}'`);
    }
    await admin.end();
    await pooler.takes(
      Object.fromEntries(Object.entries(inPostgres).map(([name, password]) => [name, next(password)])),
    );
  };
  return {
    kafka,
    pooler,
    options: {
      kafka: { login },
      databaseUrl,
      poolerPort: pooler.port,
      registry: {
        SCHEMA_REGISTRY_URL: registry.url,
        SCHEMA_REGISTRY_CA_FILE: kafka.caFile,
        SCHEMA_REGISTRY_USERNAME: "simon",
        SCHEMA_REGISTRY_PASSWORD_FILE: file("registry"),
      },
      settings: (service) => ({ DATABASE_PASSWORD_FILE: file(`${service}-postgres`) }),
    },
    changeLogins: async () => {
      for (const service of PRINCIPALS) await kafka.setPassword(service, next(passwordOf(service)));
      await changeInPostgres();
      registry.authorization = basic("simon", next(REGISTRY_PASSWORD));
      await handAll(next);
    },
    formerLogins: (service) => [
      { KAFKA_SASL_PASSWORD: passwordOf(service), KAFKA_SASL_PASSWORD_FILE: "" },
      { SCHEMA_REGISTRY_PASSWORD: REGISTRY_PASSWORD, SCHEMA_REGISTRY_PASSWORD_FILE: "" },
      // Its address holds the password, too.
      { DATABASE_PASSWORD_FILE: "" },
    ],
  };
}
