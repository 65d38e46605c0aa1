import type { LocalProgram } from "./local-programs.ts";
import type { RunningLocally } from "./run-locally.ts";

/**
 * Where to look, one line per program and part, then the one line that says that everything serves. Passwords in
 * addresses are left out.
 */
export function readyLines({ stack, programs }: RunningLocally, seconds: number): readonly string[] {
  const parts = [
    ["Kafka", stack.kafkaBrokers],
    ["schema registry", stack.registryUrl],
    ["Postgres", withoutPassword(stack.databaseUrl)],
  ] as const;
  const addresses = [...programs.map((program) => [program.name, pageOf(program)] as const), ...parts];
  const width = Math.max(...addresses.map(([name]) => name.length));
  const pages = programs.filter(isPage).map((program) => `${program.name} ${pageOf(program)}`);
  return [
    ...addresses.map(([name, address]) => `  ${name.padEnd(width)}  ${address}`),
    `ready after ${seconds.toFixed(1)} s: ${[...pages, ...parts.map((part) => part.join(" "))].join(", ")}`,
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
