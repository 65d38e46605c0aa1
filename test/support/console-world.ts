import { randomBytes } from "node:crypto";
import type { TestContext } from "node:test";
import { freePort } from "./free-port.ts";
import { type CookieJar, createCookieJar, createIdentityWorld, signInByHttp } from "./identity.ts";
import type { RunningService } from "./running-service.ts";
import type { Unit4World } from "./unit4-world.ts";
import type { World } from "./world.ts";

/** A running console beside a world, with the sandbox's people. */
export type ConsoleWorld = {
  /** Without a slash at the end. */
  readonly url: string;
  readonly service: RunningService;
  /** Signs a demo account in (infra/sandbox/identity/demo-accounts.ts). */
  signIn(user: string): Promise<Visitor>;
  /** Somebody who did not sign in. */
  stranger(): Visitor;
};

type Answer = {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** Path that it leads on to; null where it does not. */
  readonly location: string | null;
};

/** A person at a browser without JavaScript; redirects are not followed. */
export type Visitor = {
  readonly jar: CookieJar;
  /** Without a body. @param method GET by default */
  get(path: string, headers?: Readonly<Record<string, string>>, method?: string): Promise<Answer>;
  /** Sends a form, with the session's token as its own page has it. */
  post(
    path: string,
    form?: Readonly<Record<string, string | readonly string[]>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  /** The token that this session's forms carry. */
  csrf(): Promise<string>;
};

/** Starts the console as a process, with its provider; it ends with the test. Without `unit4` nothing answers there. */
export async function createConsoleWorld(
  t: TestContext,
  world: World,
  options: { readonly unit4?: Unit4World; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<ConsoleWorld> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const identity = await createIdentityWorld(t, url);
  const service = await world.start("console", {
    ...(options.unit4?.environment ?? NO_UNIT4),
    CONSOLE_PORT: String(port),
    CONSOLE_PUBLIC_URL: url,
    ...identity.environment,
    ...options.environment,
  });
  return {
    url,
    service,
    stranger: () => visitor(url, createCookieJar()),
    signIn: async (user) => {
      const jar = createCookieJar();
      await signInByHttp(jar, url, user);
      return visitor(url, jar);
    },
  };
}

const NO_UNIT4 = {
  UNIT4_BASE_URL: "http://127.0.0.1:9/V22",
  UNIT4_CLIENT_ID: "none",
  UNIT4_CLIENT_SECRET: "none",
  TOKEN_KEYS: `test:${randomBytes(32).toString("base64")}`,
};

function visitor(url: string, jar: CookieJar): Visitor {
  const answered = async (response: Response): Promise<Answer> => {
    const location = response.headers.get("location");
    return {
      status: response.status,
      text: await response.text(),
      headers: response.headers,
      location: location?.startsWith(url) ? location.slice(url.length) : location,
    };
  };
  const get: Visitor["get"] = async (path, headers = {}, method = "GET") =>
    answered(await jar.fetch(url + path, { headers, method }));
  const csrf = async (): Promise<string> => {
    // Any page of a session carries it; the first one that is there for everybody who signed in.
    let page = await get("/");
    while (page.location !== null) page = await get(page.location);
    return /name="csrf" value="([^"]*)"/.exec(page.text)?.[1] ?? "";
  };
  return {
    jar,
    get,
    csrf,
    post: async (path, form = {}, headers = {}) => {
      const body = new URLSearchParams();
      for (const [name, value] of Object.entries({ csrf: await csrf(), ...form }))
        for (const one of typeof value === "string" ? [value] : value) body.append(name, one);
      return answered(await jar.fetch(url + path, { method: "POST", body, headers }));
    },
  };
}
