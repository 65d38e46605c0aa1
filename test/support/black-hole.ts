import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

/**
 * A way to a server that can fall silent, as a firewall does that forgot its connections, or lead to another one, as the
 * address of a primary does after a failover.
 */
export type BlackHole = {
  /** Of 127.0.0.1; whoever connects there speaks to the server. */
  readonly port: number;
  /** How many are connected, silent ones included. */
  connections(): number;
  /** From now on nothing gets through in either direction, and nobody is told: no end, no reset. */
  silence(): void;
  /** New connections get through; those of before stay silent for good, of which the server's side alone learns. */
  restore(): void;
  /** Connections of before fall silent for good, and neither side learns of it; new ones get through. */
  forget(): void;
  /** Connections of before are reset; new ones lead to this port of 127.0.0.1. */
  leadTo(targetPort: number): void;
  close(): void;
};

type Pair = { readonly inner: Socket; readonly outer: Socket; isSwallowed: boolean };

/** A way to a port of 127.0.0.1. @param port on which it listens; 0 takes any */
export async function createBlackHole(firstTargetPort: number, port = 0): Promise<BlackHole> {
  const pairs = new Set<Pair>();
  let isSilent = false;
  let targetPort = firstTargetPort;

  const server = createServer((inner) => {
    const outer = connect({ port: targetPort, host: "127.0.0.1" });
    const pair: Pair = { inner, outer, isSwallowed: isSilent };
    pairs.add(pair);
    const end = (): void => {
      if (pair.isSwallowed) return;
      pairs.delete(pair);
      inner.destroy();
      outer.destroy();
    };
    for (const socket of [inner, outer]) socket.on("error", end).on("close", end);
    if (isSilent) return silence(pair);
    inner.pipe(outer);
    outer.pipe(inner);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");

  return {
    port: (server.address() as AddressInfo).port,
    connections: () => pairs.size,
    silence: () => {
      isSilent = true;
      for (const pair of pairs) silence(pair);
    },
    restore: () => {
      isSilent = false;
      for (const { outer, isSwallowed } of pairs) if (isSwallowed) outer.destroy();
    },
    forget: () => {
      for (const pair of pairs) silence(pair);
    },
    leadTo: (port) => {
      targetPort = port;
      endAll(pairs);
    },
    close: () => {
      server.close();
      endAll(pairs);
    },
  };
}

function endAll(pairs: ReadonlySet<Pair>): void {
  for (const { inner, outer } of pairs) {
    inner.destroy();
    outer.destroy();
  }
}

function silence(pair: Pair): void {
  pair.isSwallowed = true;
  for (const socket of [pair.inner, pair.outer]) {
    socket.unpipe();
    socket.pause();
  }
}
