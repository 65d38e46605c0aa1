import * as oidc from "openid-client";
import { describeError, Failure } from "../../domain/failure.ts";
import { tellsOfUntrusted } from "../../domain/untrusted.ts";
import { keptToken } from "./kept-token.ts";

/** The life of a token whose provider does not say. */
const UNSAID_SECONDS = 60;
const TIMEOUT_SECONDS = 8;

type TokenSourceOptions = {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: () => string;
  readonly scope: string | undefined;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
};

/**
 * Access tokens by client credentials: one is used until most of its life is over, whoever asks.
 * @returns a function that gives a valid token; it throws Failure KAFKA_ACCESS_REFUSED when the provider refuses the
 * client, and KAFKA_UNAVAILABLE when it gives no token for another reason
 */
export function createTokenSource(options: TokenSourceOptions): () => Promise<string> {
  return keptToken(async () => {
    const { access_token, expires_in = UNSAID_SECONDS } = await grant(options);
    return { token: access_token, lifeMs: expires_in * 1_000 };
  }, options.now);
}

async function grant(options: TokenSourceOptions): Promise<oidc.TokenEndpointResponse> {
  const { url, clientId, clientSecret, scope } = options;
  const provider = new oidc.Configuration(
    { issuer: new URL(url).origin, token_endpoint: url },
    clientId,
    clientSecret(),
    oidc.ClientSecretBasic(clientSecret()),
  );
  provider.timeout = TIMEOUT_SECONDS;
  if (url.startsWith("http:")) oidc.allowInsecureRequests(provider);
  try {
    return await oidc.clientCredentialsGrant(provider, scope === undefined ? {} : { scope });
  } catch (error) {
    throw tokenFailure(error, url);
  }
}

/** Of a provider that refuses: RFC 6749, section 5.2, but for what it says will pass. */
const REFUSING = new Set([400, 401, 403]);
const WILL_PASS = new Set(["temporarily_unavailable", "slow_down"]);

function tokenFailure(error: unknown, url: string): Failure {
  const told = error instanceof oidc.ResponseBodyError ? error.error : "";
  const status = statusOf(error);
  if (REFUSING.has(status) && !WILL_PASS.has(told))
    return new Failure(
      "KAFKA_ACCESS_REFUSED",
      `The token endpoint refuses us (${told === "" ? `status ${status}` : told}); check KAFKA_OAUTH_CLIENT_ID, KAFKA_OAUTH_CLIENT_SECRET and KAFKA_OAUTH_SCOPE.`,
      error,
    );
  if (status === 404 || tellsOfUntrusted(describeError(error)))
    return new Failure(
      "KAFKA_ACCESS_REFUSED",
      `${new URL(url).host} is no token endpoint that we know (${status === 404 ? "status 404" : describeError(error)}); check KAFKA_OAUTH_TOKEN_URL.`,
      error,
    );
  return new Failure(
    "KAFKA_UNAVAILABLE",
    `${new URL(url).host} gave no token for Kafka; check KAFKA_OAUTH_TOKEN_URL.`,
    error,
  );
}

/** Of the provider's answer; 0 where it gave none. */
function statusOf(error: unknown): number {
  if (error instanceof oidc.ResponseBodyError || error instanceof oidc.WWWAuthenticateChallengeError)
    return error.status;
  return error instanceof Error && error.cause instanceof Response ? error.cause.status : 0;
}
