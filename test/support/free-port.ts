import { randomInt } from "node:crypto";
import { isPortFree } from "../../infra/local/processes/ports.ts";

/**
 * Below the range from which Linux takes the ports of outgoing connections (32768 and up): a client that keeps trying
 * to reconnect to a stopped server could otherwise be given the server's own port, and hold it.
 */
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 32_000;
const given = new Set<number>();

/** A TCP port of 127.0.0.1 on which nothing listens, never the same one twice in a process. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    if (given.has(port)) continue;
    given.add(port);
    if (await isPortFree(port)) return port;
  }
}
