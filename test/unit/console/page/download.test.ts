import assert from "node:assert/strict";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import fastify from "fastify";
import { createReader } from "../../../../services/console/access/reader.ts";
import type { TenantVisit } from "../../../../services/console/access/visit.ts";
import { createDownloads, type DownloadLimits } from "../../../../services/console/page/download.ts";
import { until } from "../../../support/until.ts";

const LIMITS: DownloadLimits = {
  stallsAfterMs: 5_000,
  patienceMs: 10_000,
  leastBytesPerSecond: 1_000,
  longestMs: 60_000,
  lookEveryMs: 20,
};
const PIECE = "x".repeat(64 * 1024);

/** A file without an end, as one reader gets it. */
async function read(t: TestContext, limits: Partial<DownloadLimits>, mayRead: () => boolean = () => true) {
  const app = fastify({ forceCloseConnections: true });
  const ends: string[] = [];
  const telemetry = {
    downloadCut: (end: string) => void ends.push(end),
    downloadFailed: (error: string) => void ends.push(error),
  };
  const downloads = createDownloads(telemetry, async () => (mayRead() ? ({} as TenantVisit) : null), {
    ...LIMITS,
    ...limits,
  });
  let writing = false;
  app.addHook("onRequest", async (request, reply) => {
    request.reader = createReader(reply);
  });
  app.get("/file", (request, reply) =>
    downloads.send(request, reply, async (send) => {
      writing = true;
      try {
        for (;;) await send(PIECE);
      } finally {
        writing = false;
      }
    }),
  );
  t.after(() => app.close());
  const asked = get(`${await app.listen({ host: "127.0.0.1", port: 0 })}/file`, { agent: false });
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  const broken = new Promise<void>((resolve) => {
    answer.once("error", () => resolve());
  });
  return { answer, ends, broken, isWriting: () => writing };
}

test("P1: who reads nothing loses the file, which is seen to have broken off", async (t) => {
  const { answer, ends, broken, isWriting } = await read(t, { stallsAfterMs: 50 });
  await until("the cut", () => ends.length > 0);
  answer.resume();
  await broken;
  assert.deepEqual(ends, ["stalled"]);
  await until("the end of the work", () => !isWriting());
});

test("P1: who reads, but more slowly than is asked, loses the file too; who reads faster keeps it", async (t) => {
  const steps = async (answer: IncomingMessage, isOver: () => boolean): Promise<void> => {
    while (!isOver()) {
      answer.read();
      await sleep(5);
    }
  };
  const slow = await read(t, { patienceMs: 200, leastBytesPerSecond: 1e12 });
  await steps(slow.answer, () => slow.ends.length > 0);
  assert.deepEqual(slow.ends, ["slow"]);

  const fast = await read(t, { patienceMs: 200, leastBytesPerSecond: 1 });
  const begunAt = performance.now();
  await steps(fast.answer, () => performance.now() - begunAt > 1_000);
  assert.deepEqual(fast.ends, []);
  fast.answer.destroy();
  await until("the end of the work", () => !fast.isWriting());
  assert.deepEqual(fast.ends, [], "who goes away was not cut off");
});

test("a file under way is cut off when its reader's rights end, whether it is read or not", async (t) => {
  let mayRead = true;
  const idle = await read(t, {}, () => mayRead);
  const reading = await read(t, {}, () => mayRead);
  reading.answer.resume();
  mayRead = false;
  await until("both cuts", () => idle.ends.length > 0 && reading.ends.length > 0);
  assert.deepEqual([idle.ends, reading.ends], [["rights_ended"], ["rights_ended"]]);
  await reading.broken;
});

test("P1: no file takes for ever", async (t) => {
  const { answer, ends, broken } = await read(t, { longestMs: 100 });
  answer.resume();
  await broken;
  assert.deepEqual(ends, ["too_long"]);
});
