import { createPrivateKey } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { PRINCIPALS } from "../../infra/deploy/rights.ts";
import { createProcessGroup } from "../../infra/local/processes/process-group.ts";
import { runToSuccess } from "../../infra/local/processes/run-command.ts";
import type { SupervisedProcess } from "../../infra/local/processes/supervised-process.ts";
import { prepareKafka } from "../../infra/local/stack/kafka-process.ts";
import { AUTHORITY, CERTIFICATES, SERVER_KEY } from "./certificates.ts";
import { freePort } from "./free-port.ts";
import { kafkaLibraries } from "./own-kafka.ts";
import { createTokenProvider, type TokenProvider } from "./token-provider.ts";

/** Users of the broker: each service, and others; with rights in force only `admin` may everything. */
const USERS = [...PRINCIPALS, "admin", "pipeline"];

/** The password of each. */
export const passwordOf = (user: string): string => `${user}-secret`;

/** Settings of a broker that lets nobody do what no right says; what comes without a login is its own. */
export const DENIES_OTHERS = {
  "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
  "super.users": "User:ANONYMOUS;User:admin",
};

/** A broker as companies have it, and the settings that lead into it. */
export type SecuredKafka = {
  /** Where a client comes in by name and password or token, by certificate, and without anything. */
  readonly ports: { readonly sasl: number; readonly tls: number; readonly plain: number };
  readonly provider: TokenProvider;
  readonly broker: SupervisedProcess;
  /** Folder of the test: certificates and whatever else it writes. */
  readonly folder: string;
  readonly caFile: string;
  /** Environment that logs in as one of the users by SCRAM over TLS. */
  login(user: string): { readonly KAFKA_BROKERS: string } & Record<string, string>;
  /** Environment that logs in by tokens of the provider. */
  tokenLogin(): { readonly KAFKA_BROKERS: string } & Record<string, string>;
  /** From its next login on, a user needs this password; by name and SCRAM-SHA-512. */
  setPassword(user: string, password: string): Promise<void>;
  /** The broker has this certificate from its next start on, or once it is told to look. */
  presents(certificate: string): Promise<void>;
  /** Where that certificate stands, with its key. */
  readonly storeFile: string;
};

/**
 * Starts it beside the test stack; it ends with the test. @param more settings of the broker
 * @param advertisedPort where whoever logs in is told to come, where something stands before it
 */
export async function startSecuredKafka(
  t: Pick<TestContext, "after">,
  more: Readonly<Record<string, string | number>> = {},
  advertisedPort?: number,
): Promise<SecuredKafka> {
  const folder = await mkdtemp(join(tmpdir(), "simon-secured-kafka-"));
  const group = createProcessGroup(() => {});
  t.after(async () => {
    await group.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const provider = await createTokenProvider(t);
  const [caFile, storeFile] = [join(folder, "ca.pem"), join(folder, "broker.pem")];
  await writeFile(caFile, AUTHORITY);
  const presents = (certificate: string) => writeFile(storeFile, pkcs8(SERVER_KEY) + certificate);
  await presents(CERTIFICATES.good);
  const [plain, sasl, tls, controllerPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const libraries = await kafkaLibraries();
  const broker = await group.start(() =>
    prepareKafka({
      ...{ dataDir: folder, logDir: folder, libraries, port: plain, controllerPort },
      secured: {
        listeners: {
          COMPANY: { port: sasl, protocol: "SASL_SSL", advertisedPort: advertisedPort ?? sasl },
          MUTUAL: { port: tls, protocol: "SSL" },
        },
        scramUsers: USERS.flatMap((name) =>
          ["SCRAM-SHA-256", "SCRAM-SHA-512"].map(
            (kind) => `${kind}=[name=${name},password=${passwordOf(name)}]`,
          ),
        ),
        properties: { "org.apache.kafka.sasl.oauthbearer.allowed.urls": provider.keysUrl },
        settings: { ...settingsOf(storeFile, caFile, provider), ...more },
      },
    }),
  );
  const way = {
    KAFKA_BROKERS: `127.0.0.1:${advertisedPort ?? sasl}`,
    KAFKA_SECURITY_PROTOCOL: "SASL_SSL",
    KAFKA_SSL_CA_FILE: caFile,
  };
  const login = (user: string) => ({
    ...way,
    KAFKA_SASL_MECHANISM: "SCRAM-SHA-512",
    KAFKA_SASL_USERNAME: user,
    KAFKA_SASL_PASSWORD: passwordOf(user),
  });
  const tokenLogin = () => ({
    ...way,
    KAFKA_SASL_MECHANISM: "OAUTHBEARER",
    KAFKA_OAUTH_TOKEN_URL: provider.tokenUrl,
    KAFKA_OAUTH_CLIENT_ID: provider.client.id,
    KAFKA_OAUTH_CLIENT_SECRET: provider.client.secret,
  });
  const setPassword = (user: string, password: string) =>
    runToSuccess({
      command: "java",
      args: [
        ...["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", join(libraries, "*")],
        ...["kafka.admin.ConfigCommand", "--bootstrap-server", `127.0.0.1:${plain}`, "--alter"],
        ...["--entity-type", "users", "--entity-name", user],
        ...["--add-config", `SCRAM-SHA-512=[password=${password}]`],
      ],
    });
  return {
    setPassword,
    ports: { sasl, tls, plain },
    provider,
    broker,
    folder,
    caFile,
    storeFile,
    login,
    tokenLogin,
    presents,
  };
}

function settingsOf(storeFile: string, caFile: string, provider: TokenProvider) {
  const users = USERS.map((name) => `"user_${name}"="${passwordOf(name)}"`);
  const module = "org.apache.kafka.common.security";
  const mechanism = (name: string) => `listener.name.company.${name}`;
  return {
    "ssl.keystore.type": "PEM",
    "ssl.keystore.location": storeFile,
    "ssl.truststore.type": "PEM",
    "ssl.truststore.location": caFile,
    "listener.name.mutual.ssl.client.auth": "required",
    "listener.name.company.sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
    [mechanism("plain.sasl.jaas.config")]: `${module}.plain.PlainLoginModule required ${users.join(" ")};`,
    [mechanism("scram-sha-256.sasl.jaas.config")]: `${module}.scram.ScramLoginModule required;`,
    [mechanism("scram-sha-512.sasl.jaas.config")]: `${module}.scram.ScramLoginModule required;`,
    [mechanism("oauthbearer.sasl.jaas.config")]:
      `${module}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="unused";`,
    [mechanism("oauthbearer.sasl.server.callback.handler.class")]:
      `${module}.oauthbearer.OAuthBearerValidatorCallbackHandler`,
    [mechanism("oauthbearer.sasl.oauthbearer.jwks.endpoint.url")]: provider.keysUrl,
    [mechanism("oauthbearer.sasl.oauthbearer.expected.audience")]: provider.audience,
  };
}

const pkcs8 = (key: string): string =>
  createPrivateKey(key).export({ type: "pkcs8", format: "pem" }).toString();
