import { parseArgs } from "node:util";
import { z } from "zod";
import { benchOrders } from "./orders.ts";

const USAGE = "npm run bench -- orders [--seconds 300] [--burst 10000]";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "300" },
    burst: { type: "string", default: "10000" },
  },
});
const number = z.coerce.number().int().min(1);
const read = z
  .object({ bench: z.literal("orders"), seconds: number, burst: number })
  .safeParse({ ...values, bench: positionals[0] });
if (!read.success) {
  console.error(`${USAGE}\n${z.prettifyError(read.error)}`);
  process.exit(2);
}
const result = await benchOrders({ ...read.data, report: (line) => console.error(line) });
console.log(JSON.stringify(result));
process.exit(0);
