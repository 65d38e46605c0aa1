import type { SASLOptions } from "kafkajs";
import { secretFrom } from "../../watched-file.ts";
import { awsTokenSource } from "./aws-token.ts";
import { createTokenSource } from "./oauth-token.ts";
import type { KafkaAccess } from "./settings.ts";

/**
 * How a client logs in, for kafkajs; null where the access asks for no login. Passwords in files are looked at for each
 * login. @throws Failure CONFIG_INVALID when such a file cannot be read, or a package for the login is not installed
 */
export function kafkaLogin(access: KafkaAccess, now: () => number): SASLOptions | null {
  const { KAFKA_SECURITY_PROTOCOL: protocol, KAFKA_SASL_MECHANISM: mechanism } = access;
  if (!protocol.startsWith("SASL_") || mechanism === undefined) return null;
  if (mechanism === "OAUTHBEARER") {
    const token = createTokenSource({
      url: access.KAFKA_OAUTH_TOKEN_URL ?? "",
      clientId: access.KAFKA_OAUTH_CLIENT_ID ?? "",
      clientSecret: secretOf(access, "KAFKA_OAUTH_CLIENT_SECRET"),
      scope: access.KAFKA_OAUTH_SCOPE,
      now,
    });
    return byToken(token);
  }
  if (mechanism === "AWS_MSK_IAM") return byToken(awsTokenSource(access.KAFKA_AWS_REGION ?? "", now));
  const password = secretOf(access, "KAFKA_SASL_PASSWORD");
  return {
    mechanism: MECHANISMS[mechanism],
    username: access.KAFKA_SASL_USERNAME ?? "",
    // kafkajs keeps this object and reads it at each login.
    get password() {
      return password();
    },
  };
}

const byToken = (token: () => Promise<string>): SASLOptions => ({
  mechanism: "oauthbearer",
  oauthBearerProvider: async () => ({ value: await token() }),
});

const MECHANISMS = {
  PLAIN: "plain",
  "SCRAM-SHA-256": "scram-sha-256",
  "SCRAM-SHA-512": "scram-sha-512",
} as const;

function secretOf(
  access: KafkaAccess,
  setting: "KAFKA_SASL_PASSWORD" | "KAFKA_OAUTH_CLIENT_SECRET",
): () => string {
  const path = access[`${setting}_FILE`];
  return path === undefined ? () => access[setting] ?? "" : secretFrom(`${setting}_FILE`, path);
}
