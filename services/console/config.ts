import { z } from "zod";
import { commonSettings, type Environment, isLoopback, readConfig, unit4Settings } from "../shared/config.ts";

const webUrl = z
  .url({ protocol: /^https?$/ })
  .refine(
    (url) => url.startsWith("https:") || isLoopback(url),
    "must be https, except on this machine itself",
  );
const claim = z
  .string()
  .regex(/^[\w.:/-]+$/)
  .optional();

const settings = z.object({
  ...commonSettings,
  ...unit4Settings,
  /** Where the pages are served; 0 takes any free port. */
  CONSOLE_PORT: z.coerce.number().int().min(0).max(65_535).default(8_092),
  CONSOLE_HOST: z.string().min(1).default("127.0.0.1"),
  /** The address that people use, without a path: redirects and cookies follow it. */
  CONSOLE_PUBLIC_URL: webUrl,
  /** Proxies between people and this process: their addresses are taken from X-Forwarded-For. */
  CONSOLE_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  /** A request's headers, and all of it with its body, have to arrive within so long. */
  CONSOLE_HEADERS_SECONDS: z.coerce.number().positive().max(60).default(10),
  CONSOLE_REQUEST_SECONDS: z.coerce.number().positive().max(300).default(30),
  /** Provider of OpenID Connect, and what it knows this console by. */
  CONSOLE_OIDC_ISSUER: webUrl,
  CONSOLE_OIDC_CLIENT_ID: z.string().min(1),
  CONSOLE_OIDC_CLIENT_SECRET: z.string().min(1),
  CONSOLE_OIDC_SCOPE: z.string().min(1).default("openid profile email"),
  /** Claims that name a person's tenant and role (`operator`); without them an operator's invitation says it. */
  CONSOLE_OIDC_TENANT_CLAIM: claim,
  CONSOLE_OIDC_TENANT_NAME_CLAIM: claim,
  CONSOLE_OIDC_ROLE_CLAIM: claim,
  /** E-mail addresses, comma-separated, that the provider has verified and that are operators from the start. */
  CONSOLE_OPERATORS: z
    .string()
    .default("")
    .transform((text) =>
      text
        .split(",")
        .map((address) => address.trim().toLowerCase())
        .filter((address) => address !== ""),
    ),
  /** A session ends after so long without a request, and after so long at all. */
  CONSOLE_SESSION_IDLE_MINUTES: z.coerce.number().positive().max(1_440).default(60),
  CONSOLE_SESSION_HOURS: z.coerce.number().positive().max(168).default(12),
  /** Emptying, switching off, making keys and giving roles need a sign-in that is at most so old. */
  CONSOLE_FRESH_SIGN_IN_MINUTES: z.coerce.number().positive().max(1_440).default(15),
  /** Days that acts and keys that have ended are kept: who did what is asked within three years, if ever. */
  CONSOLE_AUDIT_DAYS: z.coerce.number().int().min(365).max(3_650).default(1_095),
  /** When each tenant's settings are looked at in Unit4: a cron pattern on the Dutch clock; spread over three hours. */
  CONSOLE_SETTINGS_CHECK_SCHEDULE: z.string().min(1).default("0 2 * * *"),
  /** Where Unit4 sends a person back to; registered with Unit4 character for character. */
  UNIT4_REDIRECT_URI: webUrl.optional(),
});

export type Config = z.infer<typeof settings>;

/** Settings from the environment, this process's by default. @throws Failure CONFIG_INVALID */
export const readSettings = (environment?: Environment): Config => readConfig(settings, environment);
