import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { OwnStack } from "../../soak/own-stack.ts";
import type { LimitCommand } from "./limit-client.ts";

/** The limit client as a process of its own. */
export type LimitProcess = {
  readonly pid: number;
  /** Has it done. @returns milliseconds that it took @throws Error what the client failed with */
  run(command: LimitCommand): Promise<number>;
  stop(): void;
};

type Answer = { readonly ms: number } | { readonly error: string };

/** Starts it, as the superuser of the stack's database; ready when this resolves. */
export async function startLimitClient({ stack }: OwnStack): Promise<LimitProcess> {
  const child = fork(fileURLToPath(new URL("limit-client.ts", import.meta.url)), {
    execArgv: [],
    env: {
      ...process.env,
      DATABASE_URL: stack.databaseUrl,
      KAFKA_BROKERS: stack.kafkaBrokers,
      SCHEMA_REGISTRY_URL: stack.registryUrl,
    },
  });
  const answer = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const failed = (code: number | null): void => reject(new Error(`the limit client ended with ${code}`));
      child.once("exit", failed);
      child.once("message", (message: Answer) => {
        child.off("exit", failed);
        if ("ms" in message) resolve(message.ms);
        else reject(new Error(message.error));
      });
    });
  await answer();
  return {
    pid: child.pid ?? 0,
    run: async (command) => {
      const answered = answer();
      child.send(command);
      return answered;
    },
    stop: () => child.disconnect(),
  };
}
