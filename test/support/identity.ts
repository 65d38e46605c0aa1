import type { TestContext } from "node:test";
import type { Page } from "playwright-core";
import { DEMO_PASSWORD } from "../../infra/sandbox/identity/demo-accounts.ts";
import { createIdentity } from "../../infra/sandbox/identity/identity.ts";

/** A running provider, and the environment with which a console uses it. */
export type IdentityWorld = {
  readonly issuer: string;
  readonly environment: Readonly<Record<string, string>>;
};

const CLIENT = { clientId: "console-test", clientSecret: "console-test-secret" };

/** Starts the sandbox's provider for a console at this address; it ends with the test. */
export async function createIdentityWorld(t: TestContext, consoleUrl: string): Promise<IdentityWorld> {
  const identity = createIdentity({
    ...CLIENT,
    redirectUris: [`${consoleUrl}/sign-in/callback`],
    signedOutUris: [`${consoleUrl}/sign-in`],
    backChannelUri: `${consoleUrl}/sign-out/back-channel`,
  });
  const issuer = await identity.listen(0);
  t.after(() => identity.close());
  return {
    issuer,
    environment: {
      CONSOLE_OIDC_ISSUER: issuer,
      CONSOLE_OIDC_CLIENT_ID: CLIENT.clientId,
      CONSOLE_OIDC_CLIENT_SECRET: CLIENT.clientSecret,
      CONSOLE_OIDC_SCOPE: "openid profile email tenant",
      CONSOLE_OIDC_TENANT_CLAIM: "tenant_id",
      CONSOLE_OIDC_TENANT_NAME_CLAIM: "tenant_name",
      CONSOLE_OIDC_ROLE_CLAIM: "role",
    },
  };
}

/** A browser without pages: keeps cookies per host and port, follows nothing by itself. */
export type CookieJar = {
  fetch(url: string, options?: RequestInit): Promise<Response>;
  /** Value of a cookie of this address; null when there is none. */
  cookie(url: string, name: string): string | null;
  setCookie(url: string, name: string, value: string): void;
};

/** Keeps cookies as a browser does, apart for each address: real ones share them between ports of a host. */
export function createCookieJar(): CookieJar {
  const jars = new Map<string, Map<string, string>>();
  const jarOf = (url: string): Map<string, string> => {
    const { origin } = new URL(url);
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    return jar;
  };
  return {
    fetch: async (url, options = {}) => {
      const jar = jarOf(url);
      const headers = new Headers(options.headers);
      if (jar.size > 0) headers.set("cookie", [...jar].map(([name, value]) => `${name}=${value}`).join("; "));
      const response = await fetch(url, { redirect: "manual", ...options, headers });
      for (const line of response.headers.getSetCookie()) keepCookie(jar, line);
      return response;
    },
    cookie: (url, name) => jarOf(url).get(name) ?? null,
    setCookie: (url, name, value) => void jarOf(url).set(name, value),
  };
}

function keepCookie(jar: Map<string, string>, line: string): void {
  const [pair = "", ...attributes] = line.split(";");
  const [name = "", ...value] = pair.split("=");
  const expires = attributes.find((one) => /^\s*expires=/i.test(one))?.split("=")[1];
  const isOver = expires !== undefined && Date.parse(expires) < Date.now();
  if (isOver || attributes.some((one) => /^\s*max-age=0$/i.test(one))) jar.delete(name);
  else jar.set(name, value.join("="));
}

/** Walks through the sign-in of an account, as its browser would. @returns the address that it ends at */
export async function signInByHttp(jar: CookieJar, consoleUrl: string, user: string): Promise<string> {
  let url = `${consoleUrl}/sign-in/start`;
  let options: RequestInit = {};
  for (let steps = 0; steps < 15; steps += 1) {
    const response = await jar.fetch(url, options);
    options = {};
    const location = response.headers.get("location");
    if (location !== null) {
      url = new URL(location, url).href;
      if (url.startsWith(consoleUrl) && !url.includes("/sign-in/")) return url;
      continue;
    }
    if (!url.includes("/interaction/"))
      throw new Error(`${user} is not let in at ${url}: ${response.status}`);
    options = { method: "POST", body: new URLSearchParams({ user, password: DEMO_PASSWORD }) };
  }
  throw new Error(`the sign-in of ${user} goes in circles`);
}

/** Signs in from the console's own first page. */
export async function signInByBrowser(page: Page, consoleUrl: string, user: string): Promise<void> {
  await page.goto(consoleUrl);
  await page.getByRole("link", { name: "Inloggen" }).click();
  await page.fill("input[name=user]", user);
  await page.fill("input[name=password]", DEMO_PASSWORD);
  await page.getByRole("button", { name: "Inloggen" }).click();
  await page.waitForURL(`${consoleUrl}/**`);
}
