import { z } from "zod";
import { asksForRest } from "../http/call-result.ts";
import { member } from "../http/erp-messages.ts";
import type { Unavailable } from "../http/errors.ts";
import type { Http, HttpAnswer } from "../http/http.ts";
import { readJsonAnswer } from "../http/json-answer.ts";
import { Secret } from "./secret.ts";

/** What the token endpoint grants. */
export type Tokens = {
  readonly accessToken: Secret;
  /** null where a refresh gave no new one: the old one stays. */
  readonly refreshToken: Secret | null;
  /** Life of the access token in milliseconds. */
  readonly expiresInMs: number;
};

/** What a login gives: with a refresh token, or it is no connection. */
export type ConnectionTokens = Tokens & { readonly refreshToken: Secret };

export type TokenAnswer =
  | { readonly kind: "granted"; readonly tokens: Tokens }
  /** `invalid_grant`: the code or refresh token is used up, expired or withdrawn. */
  | { readonly kind: "grant-refused" }
  /** `invalid_client`: our own id or secret is refused, whatever the tenant. */
  | { readonly kind: "client-refused" }
  | { readonly kind: "asked-to-wait"; readonly retryAfter: string | undefined }
  | Unavailable;

export type TokenEndpoint = {
  redeemCode(code: string, redirectUri: string): Promise<TokenAnswer>;
  refresh(refreshToken: Secret): Promise<TokenAnswer>;
};

/** Unit4's access tokens live longer than 5 minutes as far as seen; the least is assumed where it does not say. */
const ASSUMED_LIFE_SECONDS = 300;
/** Longer than any access token lives: a renewal a day costs nothing, and a time that Postgres cannot hold a connection. */
const LONGEST_LIFE_SECONDS = 86_400;

const grantSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.coerce.number().positive().nullish().catch(null),
});

/**
 * `POST {base}/OAuth/Token` with the client's id and secret in the form, each call once. Nothing of an answer but its
 * error code ever leaves this file. Source: the API's public clients; RFC 6749, 5.2.
 */
export function createTokenEndpoint(options: {
  readonly http: Http;
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly timeoutMs: number;
  /** Gives up what is under way when it fires. */
  readonly signal?: AbortSignal;
}): TokenEndpoint {
  const ask = async (grant: Readonly<Record<string, string>>): Promise<TokenAnswer> => {
    const form = new URLSearchParams({
      ...grant,
      client_id: options.clientId,
      client_secret: options.clientSecret.reveal(),
    });
    const result = await options.http.send({
      method: "POST",
      url: new URL(`${options.baseUrl}/OAuth/Token`),
      headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
      body: form.toString(),
      timeoutMs: options.timeoutMs,
      isAlone: true,
      ...(options.signal && { signal: options.signal }),
    });
    return result.kind === "answer"
      ? tokenAnswer(result)
      : { kind: "unavailable", reason: `TOKEN_${result.reason}` };
  };
  return {
    redeemCode: (code, redirectUri) =>
      ask({ grant_type: "authorization_code", code, redirect_uri: redirectUri }),
    refresh: (refreshToken) => ask({ grant_type: "refresh_token", refresh_token: refreshToken.reveal() }),
  };
}

/**
 * Only the two errors that name their cause end anything; everything else is passing, since a wrong guess here costs a
 * tenant its connection.
 */
function tokenAnswer(answer: HttpAnswer): TokenAnswer {
  if (asksForRest(answer)) return { kind: "asked-to-wait", retryAfter: answer.headers["retry-after"] };
  const json = readJsonAnswer(answer);
  const value = json.kind === "json" ? json.value : null;
  if (answer.status >= 200 && answer.status < 300) return granted(value);
  if (answer.status < 500) {
    const error = member(value, "error");
    if (error === "invalid_grant") return { kind: "grant-refused" };
    if (error === "invalid_client" || error === "unauthorized_client") return { kind: "client-refused" };
  }
  return { kind: "unavailable", reason: `TOKEN_HTTP_${answer.status}` };
}

function granted(value: unknown): TokenAnswer {
  const { success, data } = grantSchema.safeParse(value);
  if (!success) return { kind: "unavailable", reason: "TOKEN_ANSWER_UNUSABLE" };
  const { access_token, refresh_token, expires_in } = data;
  return {
    kind: "granted",
    tokens: {
      accessToken: new Secret(access_token),
      refreshToken: refresh_token ? new Secret(refresh_token) : null,
      expiresInMs: Math.min(expires_in ?? ASSUMED_LIFE_SECONDS, LONGEST_LIFE_SECONDS) * 1_000,
    },
  };
}
