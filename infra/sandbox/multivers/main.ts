import { DEMO_ADMINISTRATIONS } from "./administration/demo-administrations.ts";
import { configFrom } from "./config.ts";
import { createMultivers } from "./multivers.ts";

const read = configFrom(process.env);
if (read.kind === "faults") {
  console.error(`The environment is not right:\n${read.faults.map((fault) => `  ${fault}`).join("\n")}`);
  process.exit(1);
}

const { host, port, dataDir, clientId, clientSecret } = read.config;
const multivers = createMultivers({ clientId, clientSecret, dataDir, administrations: DEMO_ADMINISTRATIONS });
const address = await multivers.listen(port, host);
console.log(`Multivers sandbox: ${address} (API: ${address}/V22)`);

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void multivers.close());
