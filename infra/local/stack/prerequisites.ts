import { LocalStackError } from "../processes/local-stack-error.ts";
import { runCommand } from "../processes/run-command.ts";

/** Kafka 4 brokers need Java 17 (Kafka's documentation, "Java version"). */
const OLDEST_JAVA = 17;

/** A program of the machine that the local stack, or its tests, cannot do without. */
export type Prerequisite = "java" | "maven" | "chromium" | "pgbouncer" | "prometheus" | "alertmanager";

/** Throws PREREQUISITES_MISSING with one line per missing program: what for, and the command that installs it. */
export async function requirePrerequisites(needed: readonly Prerequisite[]): Promise<void> {
  const missing = await Promise.all(needed.map((program) => CHECKS[program]()));
  const lines = missing.filter((line) => line !== undefined);
  if (lines.length > 0) throw new LocalStackError("PREREQUISITES_MISSING", lines.join("\n"));
}

/** The major version in the output of `java -version`: 17 for "17.0.15", 8 for "1.8.0_402"; undefined if there is none. */
export function javaMajorVersion(output: string): number | undefined {
  const found = /version "(?:1\.)?(\d+)/.exec(output)?.[1];
  return found === undefined ? undefined : Number(found);
}

const CHECKS: Readonly<Record<Prerequisite, () => Promise<string | undefined>>> = {
  java: async () => {
    const advice = `Kafka and the schema registry need it; install it with: ${installCommand("openjdk-17-jre-headless")} (on a newer system: default-jre-headless)`;
    const result = await runCommand({ command: "java", args: ["-version"] });
    if (result.kind === "not-installed") return `Java ${OLDEST_JAVA} or newer is missing. ${advice}`;
    const version = javaMajorVersion(result.output);
    if (version !== undefined && version >= OLDEST_JAVA) return undefined;
    return `Java ${OLDEST_JAVA} or newer is missing (found ${version ?? "an unknown version"}). ${advice}`;
  },
  maven: async () => {
    // Any exit code will do: Maven without Java fails too, and that is Java's line.
    const result = await runCommand({ command: "mvn", args: ["-version"] });
    if (result.kind === "ended") return undefined;
    return `Maven is missing. Kafka and the schema registry are fetched with it, once; install it with: ${installCommand("maven")}`;
  },
  chromium: () => there("/usr/bin/chromium", "chromium", "What tests the pages"),
  pgbouncer: () => there("/usr/sbin/pgbouncer", "pgbouncer", "What tests the pipeline behind a pooler"),
  prometheus: () => there("/usr/bin/prometheus", "prometheus", "What tests alerts and boards"),
  alertmanager: () =>
    there("/usr/bin/prometheus-alertmanager", "prometheus-alertmanager", "What tests alerts"),
};

async function there(command: string, packageName: string, what: string): Promise<string | undefined> {
  const result = await runCommand({ command, args: ["--version"] });
  if (result.kind === "ended") return undefined;
  return `${command} is missing. ${what} needs it; install it with: ${installCommand(packageName)}`;
}

function installCommand(packageName: string): string {
  const asRoot = process.getuid?.() === 0 ? "" : "sudo ";
  return `${asRoot}apt-get install -y ${packageName}`;
}
