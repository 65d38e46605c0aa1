import { createServer } from "node:net";
import { LocalStackError } from "./local-stack-error.ts";
import { isErrno } from "./system-processes.ts";

/** A TCP port on 127.0.0.1 that is about to be used, and the setting that moves it. */
export type PortNeed = { readonly port: number; readonly usedBy: string; readonly setting: string };

/** Throws PORTS_TAKEN with one line per taken port; returns when all are free at this moment. */
export async function requireFreePorts(needs: readonly PortNeed[]): Promise<void> {
  const free = await Promise.all(needs.map((need) => isPortFree(need.port)));
  const taken = needs.filter((_, index) => free[index] === false);
  if (taken.length > 0) throw new LocalStackError("PORTS_TAKEN", taken.map(describe).join("\n"));
}

/** Whether a server could listen on this port of 127.0.0.1 now. */
export async function isPortFree(port: number): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once("error", (error) => {
    if (isErrno(error, "EADDRINUSE")) resolve(false);
    else reject(error);
  });
  server.listen({ port, host: "127.0.0.1" }, () => server.close(() => resolve(true)));
  return promise;
}

function describe(need: PortNeed): string {
  return `port ${need.port} (${need.usedBy}) is taken; set ${need.setting} to another one`;
}
