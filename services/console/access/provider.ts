import * as oidc from "openid-client";
import { Failure } from "../../shared/domain/failure.ts";
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
  endAddress(idToken: string): Promise<string | null>;
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

export const newVerifier = (): string => oidc.randomPKCECodeVerifier();

/** The provider is asked for its description at the first sign-in, and again after it did not answer. */
export function createProvider(options: ProviderOptions): Provider {
  let described: Promise<oidc.Configuration> | null = null;
  const describe = (): Promise<oidc.Configuration> => {
    described ??= discover(options).catch((error: unknown) => {
      described = null;
      throw error;
    });
    return described;
  };
  return {
    beginAddress: async (attempt) => {
      const address = oidc.buildAuthorizationUrl(await describe(), {
        redirect_uri: options.redirectUri,
        scope: options.scope,
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(attempt.codeVerifier),
        code_challenge_method: "S256",
      });
      return address.href;
    },
    finish: async (answer, attempt) => {
      const configuration = await describe();
      try {
        const tokens = await oidc.authorizationCodeGrant(configuration, answer, {
          expectedState: attempt.state,
          expectedNonce: attempt.nonce,
          pkceCodeVerifier: attempt.codeVerifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        return claims === undefined ? null : { claims, idToken: tokens.id_token ?? "" };
      } catch (error) {
        if (isRefusal(error)) return null;
        throw unavailable(error);
      }
    },
    endAddress: async (idToken) => {
      const configuration = await describe();
      if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
      return oidc.buildEndSessionUrl(configuration, {
        id_token_hint: idToken,
        post_logout_redirect_uri: options.signedOutUri,
      }).href;
    },
  };
}

async function discover({ issuer, clientId, clientSecret }: ProviderOptions): Promise<oidc.Configuration> {
  // Only on this machine itself: the settings take no other address without https.
  const execute = issuer.startsWith("http:") ? [oidc.allowInsecureRequests] : [];
  try {
    return await oidc.discovery(new URL(issuer), clientId, clientSecret, undefined, { execute, timeout: 10 });
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
