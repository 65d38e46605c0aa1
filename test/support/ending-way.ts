import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/**
 * A way to a port of 127.0.0.1 that keeps a connection for one request: as the next one comes in it ends it, as a
 * server does whose idle time has just run out.
 */
export async function createEndingWay(targetPort: number): Promise<{
  readonly port: number;
  /** Connections that were ended with a request on its way. */
  ended(): number;
  close(): void;
}> {
  const sockets = new Set<Socket>();
  let ended = 0;
  const server = createServer((inner) => {
    const outer = connect({ port: targetPort, host: "127.0.0.1" });
    let hasAnswered = false;
    for (const socket of [inner, outer]) {
      sockets.add(socket);
      socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    }
    outer.on("data", (bytes) => {
      hasAnswered = true;
      inner.write(bytes);
    });
    outer.on("close", () => inner.destroy());
    inner.on("close", () => outer.destroy());
    inner.on("data", (bytes) => {
      if (!hasAnswered) {
        outer.write(bytes);
        return;
      }
      ended += 1;
      inner.end();
      outer.destroy();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    ended: () => ended,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
