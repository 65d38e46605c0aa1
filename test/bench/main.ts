import { parseArgs } from "node:util";
import { z } from "zod";
import { benchConsole } from "./console.ts";
import { benchOrders } from "./orders.ts";

const USAGE = `npm run bench -- orders [--seconds 300] [--burst 10000]
npm run bench -- console [--tenants 10000] [--messages 1000000] [--workorders 1000000] [--requests 60]`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "300" },
    burst: { type: "string", default: "10000" },
    tenants: { type: "string", default: "10000" },
    messages: { type: "string", default: "1000000" },
    workorders: { type: "string", default: "1000000" },
    requests: { type: "string", default: "60" },
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
  ])
  .safeParse({ ...values, bench: positionals[0] });
if (!read.success) {
  console.error(`${USAGE}\n${z.prettifyError(read.error)}`);
  process.exit(2);
}
const report = (line: string): void => console.error(line);
const result =
  read.data.bench === "orders"
    ? await benchOrders({ ...read.data, report })
    : await benchConsole({ ...read.data, report });
console.log(JSON.stringify(result));
process.exit(0);
