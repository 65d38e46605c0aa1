import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { patient } from "../../services/shared/postgres.ts";
import { percentile } from "../soak/figures.ts";
import { type OwnStack, startOwnStack } from "../soak/own-stack.ts";
import { createSandboxControl } from "../soak/sandbox-control.ts";
import { freePort } from "../support/free-port.ts";
import { deactivateTenant } from "../support/tenant-registry.ts";
import { consoleEnvironment, signedIn } from "./people.ts";

export type CrowdedBench = {
  /** How long the other tenant's pages are looked at in each phase. */
  readonly seconds: number;
  readonly rounds: number;
  /** Messages in the log that is exported. */
  readonly messages: number;
  readonly report: (line: string) => void;
};

export type CrowdedBenchResult = {
  readonly bench: "crowded";
  /** 99th percentile of the other tenant's pages, from the first byte of the request to the last of the answer; medians. */
  readonly quietP99Ms: number;
  readonly streamsP99Ms: number;
  readonly checksP99Ms: number;
  readonly exportsP99Ms: number;
};

const CROWDS = ["quiet", "streams", "checks", "exports"] as const;
type Crowd = (typeof CROWDS)[number];

const OTHERS_MESSAGES = 2_000;
const LOOK_EVERY_MS = 10;
const WARM_UP = 60;
const SETTLE_MS = 2_000;

/**
 * What one person's crowd costs another tenant: 500 event streams, 200 suggestions at a Unit4 that hangs, 30 exports of a large
 * log. The other tenant's pages are its status, log and settings, the last of which asks Unit4 as well.
 */
export async function benchCrowded(options: CrowdedBench): Promise<CrowdedBenchResult> {
  const port = await freePort();
  const own = await startOwnStack({
    tenants: 2,
    tokenSeconds: 3_600,
    latencyMs: 0,
    environment: { ...consoleEnvironment(port), NODE_OPTIONS: process.env["BENCH_NODE_OPTIONS"] ?? "" },
    report: options.report,
  });
  try {
    return await measure(options, own, `http://127.0.0.1:${port}`);
  } finally {
    await own.stop(false);
  }
}

async function measure(options: CrowdedBench, own: OwnStack, url: string): Promise<CrowdedBenchResult> {
  const { report } = options;
  const [crowded, other] = own.tenants;
  if (crowded === undefined || other === undefined) throw new Error("the bench needs two tenants");
  // Its settings page lists the administrations to choose from.
  await deactivateTenant(own.pool, other.tenantId);
  await seedLog(own, crowded.tenantId, options.messages);
  await seedLog(own, other.tenantId, OTHERS_MESSAGES);
  await own.pool.query(patient("vacuum analyze"));
  await createSandboxControl(own.sandboxUrl).setFaults(
    [{ id: "hang", match: { owner: crowded.tenantId }, effect: { kind: "hang", ms: 600_000 } }],
    "crowded",
  );
  const console = await own.startService("console", "console");
  const cookie = await signedIn(own.pool, "user", crowded.tenantId);
  const root = `${url}/tenants/${crowded.tenantId}`;
  const crowds: Readonly<Record<Exclude<Crowd, "quiet">, { readonly url: string; readonly count: number }>> =
    {
      streams: { url: `${root}/log/events`, count: 500 },
      checks: { url: `${root}/settings/articles?field=workArticle&workArticle=ab`, count: 200 },
      exports: { url: `${root}/log.csv`, count: 30 },
    };
  const person = {
    cookie: await signedIn(own.pool, "user", other.tenantId),
    pages: ["", "/log", "/settings"].map((path) => `${url}/tenants/${other.tenantId}${path}`),
  };
  await lookFor(5, person);

  const seen: Record<Crowd, number[]> = { quiet: [], streams: [], checks: [], exports: [] };
  for (let round = 1; round <= options.rounds; round += 1)
    for (const crowd of CROWDS) {
      const leave = crowd === "quiet" ? null : await gather({ ...crowds[crowd], cookie });
      const times = await lookFor(options.seconds, person);
      const figures = await leave?.();
      const p99 = percentile(times, 0.99);
      seen[crowd].push(p99);
      const ratio = Math.round((100 * p99) / (seen.quiet.at(-1) ?? p99)) / 100;
      report(
        `${crowd}: p99 ${p99} ms, ${ratio} times quiet, p50 ${percentile(times, 0.5)} ms, ${times.length} pages; console at most ${await mostMegabytes(console.pid())} MB${figures === undefined ? "" : `; ${figures}`}`,
      );
      await sleep(SETTLE_MS);
    }
  await console.stop();
  const median = (values: readonly number[]): number =>
    percentile(
      [...values].sort((a, b) => a - b),
      0.5,
    );
  return {
    bench: "crowded",
    quietP99Ms: median(seen.quiet),
    streamsP99Ms: median(seen.streams),
    checksP99Ms: median(seen.checks),
    exportsP99Ms: median(seen.exports),
  };
}

/** Looks at pages in turn. @returns how long each took in milliseconds, ascending */
async function lookFor(
  seconds: number,
  person: { readonly cookie: string; readonly pages: readonly string[] },
): Promise<readonly number[]> {
  const times: number[] = [];
  const end = performance.now() + seconds * 1_000;
  for (let looks = 0; performance.now() < end; looks += 1) {
    const page = person.pages[looks % person.pages.length] ?? "";
    const begin = performance.now();
    const answer = await fetch(page, { headers: { cookie: person.cookie }, redirect: "manual" });
    await answer.text();
    if (answer.status !== 200) throw new Error(`${page} answers ${answer.status}`);
    times.push(Math.round((performance.now() - begin) * 10) / 10);
    await sleep(LOOK_EVERY_MS);
  }
  return times.slice(times.length > 2 * WARM_UP ? WARM_UP : 0).sort((a, b) => a - b);
}

/** Starts a crowd in a process of its own and waits until it stands. @returns ends it and gives what it was answered */
async function gather(crowd: {
  readonly url: string;
  readonly cookie: string;
  readonly count: number;
}): Promise<() => Promise<string>> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("./crowd-process.ts", import.meta.url)), JSON.stringify(crowd)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  const stands = once(reader, "line");
  reader.on("line", (line) => lines.push(line));
  await stands;
  return async () => {
    const ended = once(reader, "close");
    child.kill("SIGTERM");
    await ended;
    return lines.at(-1) ?? "";
  };
}

/** The most memory that a process has had. */
async function mostMegabytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
}

async function seedLog({ pool }: OwnStack, tenantId: string, messages: number): Promise<void> {
  await pool.query(
    patient(
      `insert into log.messages (tenant_id, code, kind, record_table, record_id, record_name, params, service,
         correlation_id, occurrence_count, first_at, last_at, search_text)
       select $1, case i % 10 when 0 then 'WORKORDER_WITHOUT_CUSTOMER' else 'ORDER_WRITTEN' end,
         case i % 10 when 0 then 'error' else 'info' end, 'workorder', 'w' || i, 'WB-' || i,
         jsonb_build_object('number', 'WB-' || i, 'orderId', '26' || i), 'order-writer', '', 1,
         now() - i * interval '20 seconds', now() - i * interval '20 seconds', 'wb-' || i || ' 26' || i
       from generate_series(1, $2::integer) i`,
      [tenantId, messages],
      120_000,
    ),
  );
}
