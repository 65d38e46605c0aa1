import * as oidc from "openid-client";
import { Failure } from "../../shared/domain/failure.ts";
import { createProviderKeys, type ProviderKeys } from "./provider-keys.ts";
import type { EndedAtProvider } from "./session-store.ts";
import type { SignInAttempt } from "./sign-in-attempts.ts";

/** The provider of OpenID Connect (authorization code flow with PKCE; RFC 7636, OpenID Connect Core 1.0). */
export type Provider = {
  /** Address at the provider where a sign-in begins. */
  beginAddress(attempt: SignInAttempt): Promise<string>;
  /**
   * What the provider says of the person who came back. Checks state, nonce, signature, issuer and audience.
   * @returns null when the answer is not one to this attempt, or says no
   */
  finish(answer: URL, attempt: SignInAttempt): Promise<FinishedSignIn | null>;
  /** Address at the provider that ends its own session too; null where it has none. */
  endAddress(idToken: string | null): Promise<string | null>;
  /** What a logout token says is over (OpenID Connect Back-Channel Logout 1.0, 2.6); null when it is none of the provider's. */
  readLogout(token: string): Promise<EndedAtProvider | null>;
};

type FinishedSignIn = {
  readonly claims: Readonly<Record<string, unknown>> & { readonly iss: string; readonly sub: string };
  readonly idToken: string;
};

export type ProviderOptions = {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
  /** Where the person comes back to. */
  readonly redirectUri: string;
  readonly signedOutUri: string;
};

/** A person who shows anew who they are did so at most this long ago, by the provider's clock. */
const AGAIN_SECONDS = 60;
/** Any sign-in that the provider still remembers is good enough; asking at all makes it say when that was (auth_time). */
const USUAL_SECONDS = 30 * 24 * 60 * 60;
const LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";
/** A logout token is used at once. */
const LOGOUT_SECONDS = 300;

export const newVerifier = (): string => oidc.randomPKCECodeVerifier();

/** What the provider says of itself, and its keys. */
type Described = { readonly configuration: oidc.Configuration; readonly keys: ProviderKeys };

/** The provider is asked for its description at the first sign-in, and again after it did not answer. */
export function createProvider(options: ProviderOptions): Provider {
  let described: Promise<Described> | null = null;
  const describe = (): Promise<Described> => {
    described ??= discover(options).catch((error: unknown) => {
      described = null;
      throw error;
    });
    return described;
  };
  return {
    beginAddress: async (attempt) => {
      const { configuration } = await describe();
      const address = oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: options.redirectUri,
        scope: options.scope,
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(attempt.codeVerifier),
        code_challenge_method: "S256",
        max_age: String(attempt.isAgain ? AGAIN_SECONDS : USUAL_SECONDS),
      });
      return address.href;
    },
    finish: async (answer, attempt) => {
      const { configuration, keys } = await describe();
      try {
        const tokens = await oidc.authorizationCodeGrant(configuration, answer, {
          expectedState: attempt.state,
          expectedNonce: attempt.nonce,
          pkceCodeVerifier: attempt.codeVerifier,
          idTokenExpected: true,
          ...(attempt.isAgain ? { maxAge: AGAIN_SECONDS } : {}),
        });
        const idToken = tokens.id_token ?? "";
        // In the code flow the library leaves the signature out: whoever stood between us and the provider could say anything.
        const signed = await keys.verify(idToken, {
          issuer: configuration.serverMetadata().issuer,
          audience: options.clientId,
        });
        const claims = tokens.claims();
        return signed === null || claims === undefined ? null : { claims, idToken };
      } catch (error) {
        if (isRefusal(error)) return null;
        throw unavailable(error);
      }
    },
    endAddress: async (idToken) => {
      const { configuration } = await describe();
      if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
      return oidc.buildEndSessionUrl(configuration, {
        ...(idToken === null ? {} : { id_token_hint: idToken }),
        post_logout_redirect_uri: options.signedOutUri,
      }).href;
    },
    readLogout: async (token) => {
      const { configuration, keys } = await describe();
      const { issuer } = configuration.serverMetadata();
      const claims = await keys
        .verify(token, { issuer, audience: options.clientId, maxTokenAge: LOGOUT_SECONDS })
        .catch((error: unknown) => {
          throw unavailable(error);
        });
      const subject = textOrNull(claims?.sub);
      const providerSession = textOrNull(claims?.["sid"]);
      // An ID token has a nonce and no event: it ends nothing.
      if (claims === null || claims["nonce"] !== undefined || !isLogout(claims["events"])) return null;
      return subject === null && providerSession === null ? null : { issuer, subject, providerSession };
    },
  };
}

const textOrNull = (value: unknown): string | null =>
  typeof value === "string" && value !== "" ? value : null;

const isLogout = (events: unknown): boolean =>
  typeof events === "object" && events !== null && Object.hasOwn(events, LOGOUT_EVENT);

async function discover({ issuer, clientId, clientSecret }: ProviderOptions): Promise<Described> {
  // Only on this machine itself: the settings take no other address without https.
  const execute = issuer.startsWith("http:") ? [oidc.allowInsecureRequests] : [];
  try {
    const configuration = await oidc.discovery(new URL(issuer), clientId, clientSecret, undefined, {
      ...{ execute, timeout: 10 },
    });
    const keys = createProviderKeys(new URL(configuration.serverMetadata().jwks_uri ?? ""));
    return { configuration, keys };
  } catch (error) {
    throw unavailable(error);
  }
}

/** An error without a code is the network's. */
const PASSING_CODES: ReadonlySet<string> = new Set(["OAUTH_TIMEOUT", "OAUTH_ABORT"]);

/** The provider or the answer says no: whatever was wrong with it, the person begins again. */
const isRefusal = (error: unknown): boolean =>
  error instanceof oidc.AuthorizationResponseError ||
  error instanceof oidc.ResponseBodyError ||
  (error instanceof oidc.ClientError && error.code !== undefined && !PASSING_CODES.has(error.code));

const unavailable = (cause: unknown): Failure =>
  new Failure(
    "IDENTITY_PROVIDER_UNAVAILABLE",
    "The provider of OpenID Connect does not answer as it should; check CONSOLE_OIDC_ISSUER and the provider itself.",
    cause,
  );
