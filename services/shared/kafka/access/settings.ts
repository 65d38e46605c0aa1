import { z } from "zod";

/**
 * How a client gets into a Kafka cluster, in Kafka's own terms (its documentation, "Security"). Files are looked at
 * again for each new connection, so that a certificate or a password may be replaced while the process runs.
 */
export const kafkaAccessSettings = {
  KAFKA_SECURITY_PROTOCOL: z.enum(["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]).default("PLAINTEXT"),
  /** PEM of the authorities that sign the brokers' certificates; without it those that Node knows. */
  KAFKA_SSL_CA_FILE: z.string().optional(),
  /** PEM of our certificate and its key, where brokers ask for one. */
  KAFKA_SSL_CERTIFICATE_FILE: z.string().optional(),
  KAFKA_SSL_KEY_FILE: z.string().optional(),
  KAFKA_SASL_MECHANISM: z
    .enum(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "AWS_MSK_IAM"])
    .optional(),
  /** PLAIN and SCRAM. The password itself, or a file that holds nothing else. */
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
  KAFKA_SASL_PASSWORD_FILE: z.string().optional(),
  /** OAUTHBEARER: client credentials at any provider of OAuth 2.0 (RFC 6749, section 4.4). */
  KAFKA_OAUTH_TOKEN_URL: z.url({ protocol: /^https?$/ }).optional(),
  KAFKA_OAUTH_CLIENT_ID: z.string().optional(),
  KAFKA_OAUTH_CLIENT_SECRET: z.string().optional(),
  KAFKA_OAUTH_CLIENT_SECRET_FILE: z.string().optional(),
  /** Asked for with the token, where the provider wants one. */
  KAFKA_OAUTH_SCOPE: z.string().optional(),
  /** AWS_MSK_IAM: region of the cluster, for which tokens are signed. */
  KAFKA_AWS_REGION: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be a region of AWS, such as eu-west-1")
    .optional(),
} as const;

export type KafkaAccess = z.infer<z.ZodObject<typeof kafkaAccessSettings>>;

type Set = Readonly<Record<string, string | undefined>>;

/**
 * What the settings lack, or have too much, as lines that name the setting. Silence about a setting that has no effect
 * would leave a connection less safe than its operator believes.
 */
export function kafkaAccessFaults(set: Set): readonly string[] {
  const protocol = set["KAFKA_SECURITY_PROTOCOL"] ?? "PLAINTEXT";
  const mechanism = set["KAFKA_SASL_MECHANISM"];
  const [isSsl, isSasl] = [protocol.endsWith("SSL"), protocol.startsWith("SASL_")];
  const isToken = mechanism === "OAUTHBEARER";
  const isAws = mechanism === "AWS_MSK_IAM";
  const needed = [
    ...(isSasl ? [["KAFKA_SASL_MECHANISM"]] : []),
    ...(isSasl && isAws ? [["KAFKA_AWS_REGION"]] : []),
    ...(isSasl && mechanism !== undefined && !isToken && !isAws
      ? [["KAFKA_SASL_USERNAME"], ["KAFKA_SASL_PASSWORD", "KAFKA_SASL_PASSWORD_FILE"]]
      : []),
    ...(isSasl && isToken
      ? [
          ["KAFKA_OAUTH_TOKEN_URL"],
          ["KAFKA_OAUTH_CLIENT_ID"],
          ["KAFKA_OAUTH_CLIENT_SECRET", "KAFKA_OAUTH_CLIENT_SECRET_FILE"],
        ]
      : []),
  ];
  return [
    ...needed
      .filter((names) => names.every((name) => set[name] === undefined))
      .map((names) => `${names.join(" or ")} is not set, and ${reason(protocol, mechanism)} needs it`),
    ...needed
      .filter((names) => names.length > 1 && names.every((name) => set[name] !== undefined))
      .map((names) => `${names.join(" and ")} are both set; set one`),
    ...withoutEffect(set, isSsl, "KAFKA_SSL_", "KAFKA_SECURITY_PROTOCOL is not SSL or SASL_SSL"),
    ...withoutEffect(set, isSasl, "KAFKA_SASL_", "KAFKA_SECURITY_PROTOCOL is not SASL_PLAINTEXT or SASL_SSL"),
    ...withoutEffect(set, isSasl && isToken, "KAFKA_OAUTH_", "KAFKA_SASL_MECHANISM is not OAUTHBEARER"),
    ...withoutEffect(set, isSasl && isAws, "KAFKA_AWS_", "KAFKA_SASL_MECHANISM is not AWS_MSK_IAM"),
    ...halfOf(set, "KAFKA_SSL_CERTIFICATE_FILE", "KAFKA_SSL_KEY_FILE"),
  ];
}

const reason = (protocol: string, mechanism: string | undefined): string =>
  mechanism === undefined ? `KAFKA_SECURITY_PROTOCOL=${protocol}` : `KAFKA_SASL_MECHANISM=${mechanism}`;

const withoutEffect = (set: Set, isUsed: boolean, prefix: string, why: string): readonly string[] =>
  isUsed
    ? []
    : Object.keys(kafkaAccessSettings)
        .filter((name) => name.startsWith(prefix) && set[name] !== undefined)
        .map((name) => `${name} has no effect, since ${why}`);

function halfOf(set: Set, one: string, other: string): readonly string[] {
  if ((set[one] === undefined) === (set[other] === undefined)) return [];
  const [given, missing] = set[one] === undefined ? [other, one] : [one, other];
  return [`${missing} is not set, and ${given} needs it`];
}
