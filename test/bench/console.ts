import { percentile } from "../soak/figures.ts";
import { type OwnStack, startOwnStack } from "../soak/own-stack.ts";
import { freePort } from "../support/free-port.ts";
import { type ConsoleSizes, LARGEST_TENANT, seedConsole, USUAL_TENANT } from "./console-seed.ts";
import { consoleEnvironment, signedIn } from "./people.ts";

export type ConsoleBench = ConsoleSizes & {
  /** Requests of each page. */
  readonly requests: number;
  readonly report: (line: string) => void;
};

export type ConsoleBenchResult = {
  readonly bench: "console";
  /** 95th percentile of each page, in milliseconds, from the first byte of the request to the last of the answer. */
  readonly pages: Readonly<Record<string, number>>;
  readonly worstP95Ms: number;
};

/** So many people look at pages at one time. */
const AT_ONCE = 2;
const WARM_UP = 5;

const OF_TENANT = [
  "",
  "/workorders",
  "/workorders?state=refused",
  "/workorders?cause=ARTICLE_GONE",
  "/workorders?q=WB-2026-00012",
  "/workorders?page=400",
  "/log",
  "/log?kind=error&state=open",
  "/log?q=artikel+ARTICLE",
  "/log?page=300",
  "/settings",
  "/settings/save",
  "/keys",
  "/audit",
  "/activation/connect",
];
const OF_OPERATOR = [
  "/operator",
  "/operator?sort=errors&order=desc",
  "/operator?q=4321",
  "/operator?page=150",
  "/operator/users",
  "/operator/audit",
];

/** How fast each page is with the data of a large installation, as a person of a tenant and as an operator see it. */
export async function benchConsole(options: ConsoleBench): Promise<ConsoleBenchResult> {
  const port = await freePort();
  const own = await startOwnStack({
    tenants: 1,
    tokenSeconds: 3_600,
    latencyMs: 0,
    environment: consoleEnvironment(port),
    report: options.report,
  });
  try {
    await seedConsole(own.pool, options, options.report);
    await own.startService("console", "console");
    return await measure(options, own, `http://127.0.0.1:${port}`);
  } finally {
    await own.stop(false);
  }
}

async function measure(options: ConsoleBench, own: OwnStack, url: string): Promise<ConsoleBenchResult> {
  const pages: Record<string, number> = {};
  const operator = await signedIn(own.pool, "operator", null);
  const people = await Promise.all(
    [LARGEST_TENANT, USUAL_TENANT].map(async (tenant) => ({
      tenant,
      cookie: await signedIn(own.pool, "user", tenant),
    })),
  );
  const asked = [
    ...OF_OPERATOR.map((path) => ({ path, cookie: operator })),
    ...people.flatMap(({ tenant, cookie }) =>
      OF_TENANT.map((path) => ({ path: `/tenants/${tenant}${path}`, cookie })),
    ),
  ];
  for (const { path, cookie } of asked) {
    pages[path] = await p95(url + path, cookie, options.requests);
    options.report(`${String(pages[path]).padStart(6)} ms  ${path}`);
  }
  return { bench: "console", pages, worstP95Ms: Math.max(...Object.values(pages)) };
}

async function p95(url: string, cookie: string, requests: number): Promise<number> {
  const times: number[] = [];
  let left = requests + WARM_UP;
  const person = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const begin = performance.now();
      const answer = await fetch(url, {
        headers: { cookie },
        redirect: "manual",
      });
      await answer.text();
      if (answer.status !== 200) throw new Error(`${url} answers ${answer.status}`);
      times.push(performance.now() - begin);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, person));
  const counted = times.slice(WARM_UP).sort((a, b) => a - b);
  return Math.round(percentile(counted, 0.95) * 10) / 10;
}
