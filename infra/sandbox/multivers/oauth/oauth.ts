import type { AdministrationOptions } from "../administration/administration.ts";
import { type Answer, frameworkAnswer } from "../request/answer.ts";
import { errorPage, loginPage } from "./login-page.ts";
import type { TokenStore } from "./token-store.ts";

/** What the login needs to know. `redirectUris` null: every http address is taken. */
export type OAuthOptions = Readonly<{
  clientId: string;
  clientSecret: string;
  redirectUris: readonly string[] | null;
  administrations: readonly AdministrationOptions[];
  tokens: TokenStore;
}>;

/** A request to the login: `form` holds the posted fields, empty for a GET. */
export type OAuthRequest = Readonly<{
  action: string;
  method: string;
  query: URLSearchParams;
  form: URLSearchParams;
}>;

/** Answers `OAuth/Authorize` (the login page) and `OAuth/Token` (both grants, errors of RFC 6749 section 5.2). */
export function answerOAuth(request: OAuthRequest, options: OAuthOptions): Answer {
  const action = request.action.toLowerCase();
  if (action === "authorize") return authorize(request, options);
  if (action === "token") return token(request, options);
  return frameworkAnswer(404, "No HTTP resource was found that matches the request URI.");
}

function authorize({ method, query, form }: OAuthRequest, options: OAuthOptions): Answer {
  const redirectUri = query.get("redirect_uri") ?? "";
  // Never redirect to an address that is not the client's.
  if (query.get("client_id") !== options.clientId)
    return page(errorPage("Deze toepassing is niet bekend."), 400);
  if (!allowed(redirectUri, options))
    return page(errorPage("Het terugkeeradres is niet geregistreerd."), 400);
  const back = (answer: Readonly<Record<string, string>>) =>
    redirect(redirectUri, { ...answer, ...stateOf(query) });
  if (query.get("response_type") !== "code") return back({ error: "unsupported_response_type" });
  if (method !== "POST") return page(loginPage({ query, failed: false }), 200, redirectUri);
  if (form.has("cancel")) return back({ error: "access_denied" });
  const portalUser = loggedIn(form, options.administrations);
  if (portalUser === null) return page(loginPage({ query, failed: true }), 200, redirectUri);
  return back({ code: options.tokens.issueCode(portalUser, redirectUri) });
}

function token({ method, form }: OAuthRequest, options: OAuthOptions): Answer {
  if (method !== "POST") return oauthError("invalid_request");
  if (form.get("client_id") !== options.clientId || form.get("client_secret") !== options.clientSecret)
    return oauthError("invalid_client");
  const grant = form.get("grant_type");
  if (grant !== "authorization_code" && grant !== "refresh_token")
    return oauthError("unsupported_grant_type");
  const name = grant === "refresh_token" ? "refresh_token" : "code";
  const secret = form.get(name);
  if (secret === null) return oauthError("invalid_request");
  const tokens =
    grant === "refresh_token"
      ? options.tokens.refresh(secret)
      : options.tokens.redeemCode(secret, form.get("redirect_uri") ?? "");
  return tokens === null ? oauthError("invalid_grant") : plainJson(200, tokens);
}

function loggedIn(form: URLSearchParams, administrations: readonly AdministrationOptions[]): string | null {
  const found = administrations.find(
    (one) =>
      one.portalUser === form.get("portalUser") &&
      one.portalPassword === form.get("portalPassword") &&
      (one.multiversUser ?? "SYSTEEM") === form.get("multiversUser") &&
      (one.multiversPassword ?? "") === form.get("multiversPassword"),
  );
  return found?.portalUser ?? null;
}

function allowed(redirectUri: string, { redirectUris }: OAuthOptions): boolean {
  if (redirectUris !== null) return redirectUris.includes(redirectUri);
  return /^https?:/.test(redirectUri) && URL.canParse(redirectUri);
}

function stateOf(query: URLSearchParams): Readonly<Record<string, string>> {
  const state = query.get("state");
  return state === null ? {} : { state };
}

function redirect(redirectUri: string, parameters: Readonly<Record<string, string>>): Answer {
  const location = new URL(redirectUri);
  for (const [name, value] of Object.entries(parameters)) location.searchParams.set(name, value);
  return { status: 302, headers: { location: location.href }, body: "" };
}

function page(markup: string, status: number, redirectUri?: string): Answer {
  // A form may only lead where form-action allows, and the redirect that follows the login counts too.
  const target = redirectUri === undefined ? "" : ` ${new URL(redirectUri).origin}`;
  return {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `default-src 'self'; img-src 'self' data:; form-action 'self'${target}; frame-ancestors 'none'`,
      "cache-control": "no-store",
    },
    body: markup,
  };
}

function oauthError(error: string): Answer {
  return plainJson(400, { error });
}

function plainJson(status: number, value: unknown): Answer {
  return {
    status,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      pragma: "no-cache",
    },
    body: JSON.stringify(value),
  };
}
