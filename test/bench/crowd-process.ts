/**
 * A crowd in a process of its own: many requests of one person at a time, each asked for again as soon as it has ended. Who is
 * refused waits as long as it is told to. Prints a line when it stands, and ends with its answers by status.
 */
import { Agent, get, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

const { url, cookie, count } = z
  .object({ url: z.string(), cookie: z.string(), count: z.coerce.number() })
  .parse(JSON.parse(process.argv[2] ?? ""));

const STANDS_AFTER_MS = 3_000;
const agent = new Agent({ keepAlive: true, maxSockets: count });
const answers: Record<string, number> = {};
let underWay = 0;
let bytes = 0;

const asked = (): Promise<IncomingMessage | null> =>
  new Promise((resolve) => {
    get(url, { agent, headers: { cookie } }, resolve).on("error", () => resolve(null));
  });

async function person(): Promise<void> {
  for (;;) {
    underWay += 1;
    const answer = await asked();
    const status = String(answer?.statusCode ?? "broken");
    answers[status] = (answers[status] ?? 0) + 1;
    if (answer !== null)
      try {
        for await (const chunk of answer) bytes += (chunk as Buffer).length;
      } catch {
        answers["cut"] = (answers["cut"] ?? 0) + 1;
      }
    underWay -= 1;
    if (status !== "200") await sleep(1_000 * Number(answer?.headers["retry-after"] ?? 1));
  }
}

process.once("SIGTERM", () => {
  process.stdout.write(`${JSON.stringify({ answers, underWay, megabytes: Math.round(bytes / 1e6) })}\n`, () =>
    process.exit(0),
  );
});
for (let one = 0; one < count; one += 1) void person();
await sleep(STANDS_AFTER_MS);
process.stdout.write("stands\n");
