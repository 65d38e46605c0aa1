import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../../infra/local/processes/run-command.ts";
import { type Download, ensureDownloaded, fetchJars } from "../../infra/local/stack/downloads.ts";
import { ROOT } from "./source-files.ts";

/** A Java program of others, fetched once with Maven beside the jars of the local stack. */
export type JavaTool = { readonly download: Download; readonly mainClass: string };

export const kafkaConsumerGroups: JavaTool = {
  download: {
    title: "Kafka's command-line tools 4.3.1",
    directory: "kafka-tools-4.3.1",
    fetchInto: fetchJars(
      "org.apache.kafka:kafka-tools:4.3.1",
      "org.apache.logging.log4j:log4j-slf4j-impl:2.25.3",
    ),
  },
  mainClass: "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
};

/** Of the last line that refuses a second definition of a name; later ones take one that is the same. */
export const avroTools: JavaTool = {
  download: {
    title: "Avro's tools 1.11.4 (60 MB)",
    directory: "avro-tools-1.11.4",
    fetchInto: fetchJars("org.apache.avro:avro-tools:1.11.4:*"),
  },
  mainClass: "org.apache.avro.tool.Main",
};

/** Fetches jars where they are not there yet. @returns their class path */
export async function javaClassPath(download: Download): Promise<string> {
  const cacheDir = join(ROOT, ".local", "downloads");
  await mkdir(cacheDir, { recursive: true });
  await ensureDownloaded({ cacheDir, downloads: [download], report: () => {} });
  return join(cacheDir, download.directory, "*");
}

/** Runs it to its end. @returns what it said; throws that when it failed */
export async function runJavaTool({ download, mainClass }: JavaTool, ...args: string[]): Promise<string> {
  const classPath = await javaClassPath(download);
  const jvm = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dlog4j2.level=ERROR"];
  const result = await runCommand({ command: "java", args: [...jvm, "-cp", classPath, mainClass, ...args] });
  if (result.kind === "ended" && result.exitCode === 0) return result.output;
  throw new Error(
    result.kind === "ended" ? result.output : "java is missing: apt-get install openjdk-17-jre",
  );
}
