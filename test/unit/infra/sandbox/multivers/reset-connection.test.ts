import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { resetConnection } from "../../../../../infra/sandbox/multivers/request/reset-connection.ts";

for (const [what, begin, seen] of [
  ["open", () => {}, "ECONNRESET"],
  ["about to end", (socket: Socket) => socket.end(), "end"],
] as const)
  test(`F35: a reset of a connection that is ${what} is taken, so that nothing of it keeps the process`, async (t) => {
    const server = createServer();
    t.after(() => server.close());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const accepted = once(server, "connection");
    const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
    const end = new Promise((resolve) => {
      client.once("error", (error: NodeJS.ErrnoException) => resolve(error.code));
      client.once("end", () => resolve("end"));
      client.resume();
    });
    const [socket] = (await accepted) as [Socket];
    const refused: string[] = [];
    socket.on("error", (error) => refused.push(error.message));
    begin(socket);
    resetConnection(socket);
    assert.equal(await end, seen);
    if (!socket.closed) await once(socket, "close");
    assert.deepEqual(refused, []);
  });
