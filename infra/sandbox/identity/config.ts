import { z } from "zod";

/** Settings of the sandbox's sign-in service. */
export const identitySettings = z.object({
  /** Where it serves; 0 takes any free port. */
  IDENTITY_PORT: z.coerce.number().int().min(0).max(65_535).default(8_093),
  /** Address on which it serves; people and the console know it as 127.0.0.1 all the same. */
  IDENTITY_HOST: z.string().min(1).default("127.0.0.1"),
  /** The console that people come from and go back to; it is known by this identifier and secret. */
  CONSOLE_PUBLIC_URL: z.url(),
  CONSOLE_OIDC_CLIENT_ID: z.string().min(1),
  CONSOLE_OIDC_CLIENT_SECRET: z.string().min(1),
});
