import { generateKeyPairSync, randomBytes } from "node:crypto";
import Provider, { type Configuration } from "oidc-provider";
import { DEMO_ACCOUNTS, type DemoAccount } from "./demo-accounts.ts";
import { BEGIN_AGAIN, PAGE_POLICY, refusalPage, signOutPage } from "./identity-pages.ts";
import { createMemoryAdapter } from "./memory-adapter.ts";

export type IdentityOptions = {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where a sign-in may lead back to, character for character. */
  readonly redirectUris: readonly string[];
  /** Where signing out may lead to. */
  readonly signedOutUris: readonly string[];
  /** Where the client is told that a sign-in has ended here. */
  readonly backChannelUri: string;
};

const HOUR_SECONDS = 3_600;
const CALL_MS = 20_000;

/** The provider itself: authorization code flow with PKCE for one client, claims about the demo accounts. */
export function createProvider(issuer: string, options: IdentityOptions): Provider {
  const provider = new Provider(issuer, configuration(options));
  // Behind no proxy, on this machine only.
  provider.proxy = false;
  return provider;
}

function configuration(options: IdentityOptions): Configuration {
  return {
    adapter: createMemoryAdapter(),
    clients: [
      {
        client_id: options.clientId,
        client_secret: options.clientSecret,
        redirect_uris: [...options.redirectUris],
        post_logout_redirect_uris: [...options.signedOutUris],
        backchannel_logout_uri: options.backChannelUri,
        backchannel_logout_session_required: true,
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    // Made anew at every start: sign-ins of before are over then.
    jwks: { keys: [signingKey()] },
    cookies: { keys: [randomBytes(32).toString("base64url")] },
    claims: {
      openid: ["sub"],
      profile: ["name"],
      email: ["email", "email_verified"],
      tenant: ["tenant_id", "tenant_name", "role"],
    },
    scopes: ["openid", "profile", "email", "tenant"],
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource: showSignOut },
    },
    // Without the library's own dispatcher, which refuses addresses of this machine, where the one client is.
    fetch: (url, { method = "GET", headers = {}, body = null } = {}) =>
      fetch(url, { method, headers, body, redirect: "manual", signal: AbortSignal.timeout(CALL_MS) }),
    renderError: showRefusal,
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, sub) => {
      const account = DEMO_ACCOUNTS.find(({ user }) => user === sub);
      return account === undefined ? undefined : { accountId: sub, claims: () => claimsOf(account) };
    },
    loadExistingGrant: async (ctx) => {
      const { client, session } = ctx.oidc;
      if (client === undefined || session?.accountId === undefined) return undefined;
      const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      // The one client is our own console: nobody is asked for consent.
      grant.addOIDCScope("openid profile email tenant");
      await grant.save();
      return grant;
    },
    ttl: {
      Session: 12 * HOUR_SECONDS,
      Interaction: HOUR_SECONDS,
      Grant: 12 * HOUR_SECONDS,
      IdToken: HOUR_SECONDS,
      AccessToken: HOUR_SECONDS,
      AuthorizationCode: 60,
    },
  };
}

/** The form that the provider makes, on a page of ours. */
const showSignOut: NonNullable<
  NonNullable<NonNullable<Configuration["features"]>["rpInitiatedLogout"]>["logoutSource"]
> = (ctx, form) => {
  const [, action = ""] = /action="([^"]*)"/.exec(form) ?? [];
  const [, xsrf = ""] = /name="xsrf" value="([^"]*)"/.exec(form) ?? [];
  ctx.set("content-security-policy", PAGE_POLICY);
  ctx.body = signOutPage({ action, xsrf });
};

const showRefusal: NonNullable<Configuration["renderError"]> = (ctx, { error, error_description }) => {
  ctx.type = "html";
  ctx.set("content-security-policy", PAGE_POLICY);
  ctx.body = refusalPage(
    BEGIN_AGAIN,
    [error, error_description].filter((text) => text !== undefined).join(": "),
  );
};

function claimsOf({ user, name, role, tenant }: DemoAccount) {
  return {
    sub: user,
    name,
    email: `${user}@${tenant?.tenantId ?? "simple-simon"}.example`,
    email_verified: true,
    role,
    ...(tenant === null ? {} : { tenant_id: tenant.tenantId, tenant_name: tenant.name }),
  };
}

function signingKey() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "sandbox" };
}
