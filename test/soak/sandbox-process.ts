/** The emulated Unit4 as a process of its own, with as many administrations as tenants are asked for. */
import { z } from "zod";
import { createMultivers } from "../../infra/sandbox/multivers/multivers.ts";
import { administrations } from "./tenants.ts";

const environment = z
  .object({
    MULTIVERS_PORT: z.coerce.number().int(),
    MULTIVERS_DATA_DIR: z.string().min(1),
    UNIT4_CLIENT_ID: z.string().min(1),
    UNIT4_CLIENT_SECRET: z.string().min(1),
    SANDBOX_TENANTS: z.coerce.number().int().min(1),
    SANDBOX_TOKEN_SECONDS: z.coerce.number().int().min(1),
    SANDBOX_LATENCY_MS: z.coerce.number().int().min(0),
  })
  .parse(process.env);

const multivers = createMultivers({
  clientId: environment.UNIT4_CLIENT_ID,
  clientSecret: environment.UNIT4_CLIENT_SECRET,
  dataDir: environment.MULTIVERS_DATA_DIR,
  administrations: administrations(environment.SANDBOX_TENANTS),
  accessTokenSeconds: environment.SANDBOX_TOKEN_SECONDS,
  latencyMs: environment.SANDBOX_LATENCY_MS,
});
await multivers.listen(environment.MULTIVERS_PORT);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void multivers.close());
