import * as oidc from "openid-client";
import { Failure } from "../../domain/failure.ts";

/** Part of a token's life after which a new one is fetched, as Kafka's own client does. */
const RENEWED_AFTER = 0.8;
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
  let current: { readonly token: string; readonly until: number } | null = null;
  let fetching: Promise<string> | null = null;

  const fetchToken = async (): Promise<string> => {
    const begin = options.now();
    const { access_token, expires_in = UNSAID_SECONDS } = await grant(options);
    current = { token: access_token, until: begin + expires_in * 1_000 * RENEWED_AFTER };
    return access_token;
  };
  return () => {
    if (current !== null && current.until > options.now()) return Promise.resolve(current.token);
    fetching ??= fetchToken().finally(() => {
      fetching = null;
    });
    return fetching;
  };
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

/** RFC 6749, section 5.2: the provider answers with an error of its own, 400 or 401, when it refuses. */
function tokenFailure(error: unknown, url: string): Failure {
  if (error instanceof oidc.ResponseBodyError || error instanceof oidc.WWWAuthenticateChallengeError) {
    const what = error instanceof oidc.ResponseBodyError ? error.error : `status ${error.status}`;
    if (error.status < 500)
      return new Failure(
        "KAFKA_ACCESS_REFUSED",
        `The token endpoint refuses us (${what}); check KAFKA_OAUTH_CLIENT_ID, KAFKA_OAUTH_CLIENT_SECRET and KAFKA_OAUTH_SCOPE.`,
        error,
      );
  }
  return new Failure(
    "KAFKA_UNAVAILABLE",
    `${new URL(url).host} gave no token for Kafka; check KAFKA_OAUTH_TOKEN_URL.`,
    error,
  );
}
