import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { type TestContext, test } from "node:test";
import { createBlackHole } from "../../support/black-hole.ts";
import { until } from "../../support/until.ts";

/** A server that says everything again, behind a way that can fall silent. */
async function startEcho(t: TestContext) {
  const server = createServer((socket) => void socket.on("error", () => {}).pipe(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const way = await createBlackHole((server.address() as AddressInfo).port);
  t.after(() => {
    way.close();
    server.close();
  });
  return way;
}

function dial(port: number) {
  const socket = connect({ port, host: "127.0.0.1" });
  const heard: string[] = [];
  socket.setEncoding("utf8");
  for (const event of ["end", "close", "error"]) socket.on(event, () => heard.push(event));
  socket.on("data", (text: string) => heard.push(text));
  return { socket, heard };
}

test("a connection that was swallowed hears nothing any more, no end either; a later one gets through", async (t) => {
  const way = await startEcho(t);
  const old = dial(way.port);
  old.socket.write("before");
  await once(old.socket, "data");

  way.silence();
  old.socket.write("during");
  const meanwhile = dial(way.port);
  meanwhile.socket.write("meanwhile");
  await until("both", () => way.connections() === 2);
  way.restore();
  const later = dial(way.port);
  later.socket.write("later");
  await once(later.socket, "data");

  assert.deepEqual([old.heard, meanwhile.heard, later.heard], [["before"], [], ["later"]]);
});

test("a program with a skewed clock is wrong by that much, and dates that are given are as they are", () => {
  const preload = import.meta.resolve("../../soak/skewed-clock.ts");
  const script =
    "console.log(JSON.stringify([Date.now(), new Date().getTime(), new Date(5).getTime(), new Date() instanceof Date]))";
  const { stdout } = spawnSync(process.execPath, [`--import=${preload}`, "--eval", script], {
    encoding: "utf8",
    env: { SOAK_CLOCK_SKEW_MS: "300000" },
  });
  const [now, made, given, isDate] = JSON.parse(stdout);
  const aheadMs = now - Date.now();
  assert.ok(aheadMs > 240_000 && aheadMs <= 300_000, `${aheadMs} ms ahead`);
  assert.ok(Math.abs(made - now) < 1_000);
  assert.deepEqual([given, isDate], [5, true]);
});
