import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import { runSoak, STRANGE, THROUGH } from "./soak.ts";

const USAGE =
  "npm run soak -- --orders 100000 --seed 1 [--rate 120] [--tenants 24] [--through companies] [--strange read-only,lost-transactions,black-holes,clock-skew,failovers]";

const { values } = parseArgs({
  options: {
    orders: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    rate: { type: "string", default: "120" },
    tenants: { type: "string", default: "24" },
    through: { type: "string", default: "nothing" },
    strange: { type: "string" },
  },
});
const number = z.coerce.number().int().min(1);
/** Those that this run can have, unless it names its own. */
const possible = STRANGE.filter((name) => name !== "failovers" || values.through === "companies");
const strange = z
  .string()
  .default(possible.join())
  .transform((list) => list.split(",").filter((name) => name !== ""))
  .pipe(z.array(z.enum(possible)));
const read = z
  .object({
    orders: number,
    seed: z.string().regex(/^[\w-]+$/),
    rate: number,
    tenants: number.max(200),
    through: z.enum(THROUGH),
    strange,
  })
  .safeParse(values);
if (!read.success) {
  console.error(`${USAGE}\n${z.prettifyError(read.error)}`);
  process.exit(2);
}

const { isSound, result } = await runSoak({
  ...read.data,
  historyPath: fileURLToPath(new URL(`../../.local/soak/${read.data.seed}.jsonl`, import.meta.url)),
  report: (line) => console.error(line),
});
console.log(JSON.stringify(result));
process.exit(isSound ? 0 : 1);
