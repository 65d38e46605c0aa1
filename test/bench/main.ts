import { parseArgs } from "node:util";
import { z } from "zod";
import { benchConsole } from "./console.ts";
import { benchCrowded } from "./crowded.ts";
import { benchGrowth } from "./growth.ts";
import { benchNeighbour } from "./neighbour.ts";
import { benchOrders } from "./orders.ts";
import { benchPollerIdle } from "./poller/idle.ts";
import { benchPollerLoad } from "./poller/load.ts";
import { benchFreshness } from "./projector/freshness.ts";
import { benchProjector } from "./projector/projector.ts";

const USAGE = `npm run bench -- orders [--seconds 300] [--burst 10000]
npm run bench -- console [--tenants 10000] [--messages 1000000] [--workorders 1000000] [--requests 60]
npm run bench -- crowded [--phase 15] [--rounds 3] [--exported 300000]
npm run bench -- growth [--smallest 1000] [--phase 60]
npm run bench -- poller-idle [--tenants 10000] [--rows 500] [--rounds 5]
npm run bench -- poller-load [--rows 1000000] [--phase 60] [--rounds 5]
npm run bench -- freshness [--per-second 10000] [--phase 60] [--records 1000000] [--rounds 5]
npm run bench -- neighbour [--rows 500000] [--orders 10000] [--phase 60] [--rounds 5]
npm run bench -- projector [--records 1000000] [--rounds 5]`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "300" },
    burst: { type: "string", default: "10000" },
    tenants: { type: "string", default: "10000" },
    messages: { type: "string", default: "1000000" },
    workorders: { type: "string", default: "1000000" },
    requests: { type: "string", default: "60" },
    phase: { type: "string" },
    smallest: { type: "string", default: "1000" },
    rounds: { type: "string" },
    rows: { type: "string" },
    orders: { type: "string", default: "10000" },
    "per-second": { type: "string" },
    records: { type: "string", default: "1000000" },
    exported: { type: "string", default: "300000" },
  },
});
const number = z.coerce.number().int().min(1);
const read = z
  .discriminatedUnion("bench", [
    z.object({ bench: z.literal("orders"), seconds: number, burst: number }),
    z.object({
      bench: z.literal("console"),
      tenants: number.min(5_000),
      messages: number,
      workorders: number,
      requests: number,
    }),
    z.object({
      bench: z.literal("crowded"),
      phase: number.default(15),
      rounds: number.default(3),
      exported: number,
    }),
    z.object({ bench: z.literal("growth"), smallest: number.min(500), phase: number.default(60) }),
    z.object({
      bench: z.literal("poller-idle"),
      tenants: number,
      rows: number.default(500),
      rounds: number.default(5),
    }),
    z.object({
      bench: z.literal("poller-load"),
      rows: number.default(1_000_000),
      phase: number.default(60),
      rounds: number.default(5),
    }),
    z.object({
      bench: z.literal("freshness"),
      "per-second": number.nullable().default(null),
      phase: number.default(60),
      records: number.min(10_000),
      rounds: number.default(5),
    }),
    z.object({
      bench: z.literal("neighbour"),
      rows: number.default(500_000),
      orders: number,
      phase: number.default(60),
      rounds: number.default(5),
    }),
    z.object({ bench: z.literal("projector"), records: number.min(10_000), rounds: number.default(5) }),
  ])
  .safeParse({ ...values, bench: positionals[0] });
if (!read.success) {
  console.error(`${USAGE}\n${z.prettifyError(read.error)}`);
  process.exit(2);
}
const report = (line: string): void => console.error(line);
const found = await result(read.data);
console.log(JSON.stringify(found));
process.exit((found.grown ?? []).length > 0 ? 1 : 0);

function result(asked: typeof read.data & object): Promise<object & { readonly grown?: readonly string[] }> {
  switch (asked.bench) {
    case "orders":
      return benchOrders({ ...asked, report });
    case "console":
      return benchConsole({ ...asked, report });
    case "crowded":
      return benchCrowded({ seconds: asked.phase, rounds: asked.rounds, messages: asked.exported, report });
    case "growth":
      return benchGrowth({ tenants: asked.smallest, seconds: asked.phase, report });
    case "poller-idle":
      return benchPollerIdle({ ...asked, report });
    case "poller-load":
      return benchPollerLoad({ ...asked, seconds: asked.phase, report });
    case "freshness":
      return benchFreshness({ ...asked, perSecond: asked["per-second"], seconds: asked.phase, report });
    case "neighbour":
      return benchNeighbour({ ...asked, seconds: asked.phase, report });
    case "projector":
      return benchProjector({ ...asked, report });
  }
}
