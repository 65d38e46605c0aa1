import { fileURLToPath } from "node:url";
import type { ProcessGroup } from "../processes/process-group.ts";
import { preparePrometheus } from "../stack/prometheus-process.ts";
import type { PreparedStack } from "../stack/stack.ts";
import type { LocalProgram } from "./local-programs.ts";

const RULES = fileURLToPath(new URL("../../prometheus/rules/*.yml", import.meta.url));
/** More often than in production: whoever tries something looks at once. */
const EVERY_S = 5;

/** Starts Prometheus beside the services, with the rules that production has. @returns its address */
export async function startLocalPrometheus(options: {
  readonly programs: ProcessGroup;
  readonly prepared: Pick<PreparedStack, "dataDir" | "logDir">;
  readonly services: readonly LocalProgram[];
  readonly port: number;
}): Promise<string> {
  const { programs, prepared, services, port } = options;
  const { dataDir, logDir } = prepared;
  await programs.start(() =>
    preparePrometheus({
      ...{ dataDir, logDir, port, rules: [RULES], everyS: EVERY_S, alertmanager: null },
      targets: Object.fromEntries(services.map((service) => [service.name, `127.0.0.1:${service.port}`])),
    }),
  );
  return `http://127.0.0.1:${port}`;
}
