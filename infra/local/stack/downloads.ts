import {
  access,
  chmod,
  constants,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { LocalStackError } from "../processes/local-stack-error.ts";
import { waitForOwnership } from "../processes/owner-lock.ts";
import { runCommand, runToSuccess } from "../processes/run-command.ts";
import { isErrno } from "../processes/system-processes.ts";

/** Pinned, so that a download of next year behaves like today's. */
const COPY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0";
const PROGRESS_EVERY_MS = 3_000;

/** A program fetched once with Maven; `directory` is its folder in the download cache, its version in the name. */
export type Download = {
  readonly title: string;
  readonly directory: string;
  /** Fills an empty folder. */
  readonly fetchInto: (folder: string, watch: FetchWatch) => Promise<void>;
};

type FetchWatch = {
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal | undefined;
};

/** Apache Kafka's broker: all jars in one folder, to be used as a class path. */
export const kafkaDownload: Download = {
  title: "Apache Kafka 4.3.1 (45 MB)",
  directory: "kafka-4.3.1",
  fetchInto: fetchJars(
    "org.apache.kafka:kafka_2.13:4.3.1",
    "org.apache.logging.log4j:log4j-slf4j-impl:2.25.3",
  ),
};

/** Apicurio Registry, a Confluent-compatible schema registry: the unpacked application. */
export const registryDownload: Download = {
  title: "Apicurio Registry 3.0.9 (110 MB)",
  directory: "apicurio-registry-3.0.9",
  fetchInto: fetchRegistry,
};

/** Whether the download is in the cache already. */
export async function isDownloaded(cacheDir: string, download: Download): Promise<boolean> {
  try {
    return (await stat(join(cacheDir, download.directory))).isDirectory();
  } catch (error) {
    if (isErrno(error, "ENOENT")) return false;
    throw error;
  }
}

export type DownloadRequest = {
  readonly cacheDir: string;
  readonly downloads: readonly Download[];
  readonly report: (line: string) => void;
  /** Ends Maven when aborted. */
  readonly signal?: AbortSignal | undefined;
};

/**
 * Fetches what is not in the cache yet. Each download is made in a temporary folder and renamed when it is whole, so
 * an aborted one leaves nothing that looks finished; processes that want the same one wait for each other.
 * Throws DOWNLOAD_FAILED.
 */
export async function ensureDownloaded(request: DownloadRequest): Promise<void> {
  const { cacheDir, downloads } = request;
  const present = await Promise.all(downloads.map((download) => isDownloaded(cacheDir, download)));
  if (present.every(Boolean)) return;
  const lock = await waitForOwnership(cacheDir);
  try {
    await removeUnfinished(cacheDir);
    for (const download of downloads) await fetchOnce(download, request);
  } finally {
    await lock.release();
  }
}

async function fetchOnce(download: Download, { cacheDir, report, signal }: DownloadRequest): Promise<void> {
  if (await isDownloaded(cacheDir, download)) return;
  const unfinished = await mkdtemp(join(cacheDir, `${download.directory}${UNFINISHED}`));
  const startedAtMs = performance.now();
  const elapsedSeconds = () => Math.round((performance.now() - startedAtMs) / 1000);
  let files = 0;
  report(`fetching ${download.title} with Maven, only this once`);
  const progress = setInterval(
    () => report(`fetching ${download.title}: ${files} files, ${elapsedSeconds()} s`),
    PROGRESS_EVERY_MS,
  );
  try {
    await download.fetchInto(unfinished, {
      signal,
      onLine: (line) => {
        if (line.includes("Downloaded from")) files += 1;
      },
    });
    // A temporary folder is its owner's alone; the finished one is for every account that runs the stack.
    await chmod(unfinished, 0o755);
    await rename(unfinished, join(cacheDir, download.directory));
    report(`fetched ${download.title} in ${elapsedSeconds()} s`);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  } finally {
    clearInterval(progress);
  }
}

const UNFINISHED = ".unfinished-";

async function removeUnfinished(cacheDir: string): Promise<void> {
  const unfinished = (await readdir(cacheDir)).filter((entry) => entry.includes(UNFINISHED));
  await Promise.all(unfinished.map((entry) => rm(join(cacheDir, entry), { recursive: true, force: true })));
}

/** Fetches artifacts, as `group:artifact:version`, and all that they need to run; `*` after the version: them alone. */
export function fetchJars(...artifacts: readonly string[]): Download["fetchInto"] {
  return async (folder, watch) => {
    const pom = join(folder, "pom.xml");
    await writeFile(pom, pomOf(artifacts));
    await runMaven(
      [
        "-f",
        pom,
        `${COPY_PLUGIN}:copy-dependencies`,
        "-DincludeScope=runtime",
        `-DoutputDirectory=${folder}`,
      ],
      watch,
    );
  };
}

async function fetchRegistry(folder: string, watch: FetchWatch): Promise<void> {
  const packed = join(folder, "packed");
  await mkdir(packed);
  await runMaven(
    [
      `${COPY_PLUGIN}:copy`,
      "-Dartifact=io.apicurio:apicurio-registry-app:3.0.9:tar.gz:all",
      `-DoutputDirectory=${packed}`,
    ],
    watch,
  );
  const archive = join(packed, "apicurio-registry-app-3.0.9-all.tar.gz");
  await runToSuccess({ command: "tar", args: ["-xzf", archive, "-C", folder] });
  await rm(packed, { recursive: true });
}

async function runMaven(args: readonly string[], watch: FetchWatch): Promise<void> {
  if (await canKeepFiles(homeOfAccount())) return fetchByMaven(args, watch);
  // Maven keeps what it fetches in a home folder, and ends without one; an account of a service often has none.
  const repository = await mkdtemp(join(tmpdir(), "simon-maven-"));
  try {
    await fetchByMaven([...args, `-Dmaven.repo.local=${repository}`], watch);
  } finally {
    await rm(repository, { recursive: true, force: true });
  }
}

/** By the machine's list of accounts, as Java has it: HOME says nothing to Maven. */
function homeOfAccount(): string {
  try {
    return userInfo().homedir;
  } catch (error) {
    // An account without a name, as containers have.
    if (!isErrno(error, "ERR_SYSTEM_ERROR")) throw error;
    return "/nonexistent";
  }
}

/** Whether Maven can have its folder in this home folder. */
export async function canKeepFiles(home: string): Promise<boolean> {
  for (const folder of [join(home, ".m2"), home]) {
    try {
      await access(folder, constants.W_OK);
      return true;
    } catch (error) {
      if (!isErrno(error, "ENOENT")) return false;
    }
  }
  return false;
}

async function fetchByMaven(args: readonly string[], watch: FetchWatch): Promise<void> {
  // --strict-checksums: a damaged file must fail here, not as a strange error of the broker later.
  const result = await runCommand({
    command: "mvn",
    args: ["--batch-mode", "--strict-checksums", ...args],
    ...watch,
  });
  if (result.kind === "ended" && result.exitCode === 0) return;
  const tail =
    result.kind === "ended" ? result.output.trimEnd().split("\n").slice(-12).join("\n") : "mvn is missing";
  throw new LocalStackError(
    "DOWNLOAD_FAILED",
    `Maven could not fetch the files; check the network and Maven's own settings, then start again:\n${tail}`,
  );
}

function pomOf(artifacts: readonly string[]): string {
  const dependencies = artifacts.map((artifact) => {
    const [group, name, version, alone] = artifact.split(":");
    const exclusions =
      alone === undefined
        ? ""
        : "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>";
    return `    <dependency>
      <groupId>${group}</groupId>
      <artifactId>${name}</artifactId>
      <version>${version}</version>${exclusions}
    </dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>jars</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
${dependencies.join("\n")}
  </dependencies>
</project>
`;
}
