import { DEMO_ACCOUNTS, DEMO_PASSWORD } from "../../sandbox/identity/demo-accounts.ts";
import type { LocalProgram } from "./local-programs.ts";
import type { RunningLocally } from "./run-locally.ts";

/**
 * Where to look, one line per program and part, then the one line that says that everything serves. Passwords in
 * addresses are left out.
 */
export function readyLines(running: RunningLocally, seconds: number): readonly string[] {
  const { stack, programs } = running;
  const parts = [
    ["Kafka", stack.kafkaBrokers],
    ["schema registry", stack.registryUrl],
    ["Postgres", withoutPassword(stack.databaseUrl)],
  ] as const;
  const addresses = [...programs.map((program) => [program.name, pageOf(program)] as const), ...parts];
  const width = Math.max(...addresses.map(([name]) => name.length));
  const pages = programs.filter(isPage).map((program) => `${program.name} ${pageOf(program)}`);
  return [
    ...consoleLines(running),
    ...prometheusLines(running),
    ...addresses.map(([name, address]) => `  ${name.padEnd(width)}  ${address}`),
    `ready after ${seconds.toFixed(1)} s: ${[`console ${running.consoleUrl}/`, ...pages, ...parts.map((part) => part.join(" "))].join(", ")}`,
  ];
}

/** Alerts and figures, or how to get them. */
const prometheusLines = ({ prometheusUrl }: RunningLocally): readonly string[] => [
  prometheusUrl === null
    ? "Prometheus is not installed: there are no figures and no alerts to look at. Get it with: apt-get install -y --no-install-recommends prometheus"
    : `Figures and alerts: ${prometheusUrl}/alerts`,
];

/** The console first: it is what people came for. */
function consoleLines({ consoleUrl, hasDemoAccounts }: RunningLocally): readonly string[] {
  const first = `Open the console: ${consoleUrl}/`;
  if (!hasDemoAccounts) return [first];
  return [
    first,
    `Sign in there with password ${DEMO_PASSWORD} as`,
    ...DEMO_ACCOUNTS.map(
      ({ user, tenant }) => `  ${user.padEnd(7)} ${tenant?.name ?? "operator of all tenants"}`,
    ),
    "Installatiebedrijf Vos is not activated yet: sign in as vera to try the activation (Unit4 portal user vos, password demo).",
  ];
}

function pageOf(program: LocalProgram): string {
  const base = `http://127.0.0.1:${program.port}`;
  return isPage(program) ? `${base}/` : `${base}/metrics and /health/ready`;
}

function isPage(program: LocalProgram): boolean {
  return program.readyPath === "/";
}

function withoutPassword(address: string): string {
  const url = new URL(address);
  url.password = "";
  return url.href;
}
