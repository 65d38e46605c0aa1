import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type Command, runCommand } from "../../infra/local/processes/run-command.ts";
import { isErrno } from "../../infra/local/processes/system-processes.ts";
import { fetchJars } from "../../infra/local/stack/downloads.ts";
import { type JavaTool, javaClassPath, runJavaTool } from "./java-tool.ts";
import { ROOT } from "./source-files.ts";

/** Where a program finds the interface, and its key. */
export type ClientWorld = { readonly url: string; readonly key: string };
/** Generates a client from the description and runs the program in test/clients on it. @returns what it printed */
export type ClientRun = (t: TestContext, world: ClientWorld) => Promise<string>;

export const typescriptClient: ClientRun = async (t, world) => {
  const installed = await installedOnce("typescript", "package-lock.json", async (folder) => {
    await cp(programsOf("typescript"), folder, { recursive: true });
    await run({ command: "npm", args: ["ci", "--no-audit", "--no-fund"], workingDirectory: folder });
  });
  const folder = await workplace(t, "typescript", world);
  await symlink(join(installed, "node_modules"), join(folder, "node_modules"));
  const node = (...args: string[]) => run({ command: process.execPath, args, workingDirectory: folder });
  await node("node_modules/openapi-typescript/bin/cli.js", "openapi.json", "-o", "api.d.ts");
  await node("node_modules/typescript/bin/tsc", "--project", ".");
  return node("program.ts", world.url, world.key);
};

export const pythonClient: ClientRun = async (t, world) => {
  const installed = await installedOnce("python", "requirements.txt", async (folder) => {
    await run({ command: "python3", args: ["-m", "venv", "--copies", folder] });
    const requirements = join(programsOf("python"), "requirements.txt");
    await run({
      command: join(folder, "bin", "python"),
      args: ["-m", "pip", "install", "-q", "-r", requirements],
    });
  });
  const folder = await workplace(t, "python", world);
  const python = (...args: string[]) =>
    run({ command: join(installed, "bin", "python"), args, workingDirectory: folder });
  await writeFile(join(folder, "config.yaml"), "post_hooks: []\n");
  const generated = [
    "--output-path",
    "simon_api",
    "--meta",
    "none",
    "--config",
    "config.yaml",
    "--fail-on-warning",
  ];
  await python("-m", "openapi_python_client", "generate", "--path", "openapi.json", ...generated);
  return python("program.py", world.url, world.key);
};

const openApiGenerator: JavaTool = {
  download: {
    title: "OpenAPI Generator 7.17.0 (30 MB)",
    directory: "openapi-generator-cli-7.17.0",
    fetchInto: fetchJars("org.openapitools:openapi-generator-cli:7.17.0:*"),
  },
  mainClass: "org.openapitools.codegen.OpenAPIGenerator",
};

/** What the generated client stands on. */
const JAVA_LIBRARIES = {
  title: "Libraries of a generated Java client",
  directory: "java-client-libraries-1",
  fetchInto: fetchJars(
    "com.fasterxml.jackson.core:jackson-databind:2.21.2",
    "com.fasterxml.jackson.datatype:jackson-datatype-jsr310:2.21.2",
    "org.openapitools:jackson-databind-nullable:0.2.9",
    "com.google.code.findbugs:jsr305:3.0.2",
    "jakarta.annotation:jakarta.annotation-api:1.3.5",
    "org.apache.httpcomponents:httpmime:4.5.14",
  ),
};

export const javaClient: ClientRun = async (t, world) => {
  const folder = await workplace(t, "java", world);
  await generate(folder, "java", "--library", "native");
  const libraries = await javaClassPath(JAVA_LIBRARIES);
  const sources = (await readdir(folder, { recursive: true })).filter(
    (file) => file === "Program.java" || (file.startsWith("generated/src/main/") && file.endsWith(".java")),
  );
  const classPath = `${libraries}:${join(folder, "classes")}`;
  await run({
    command: "javac",
    args: ["-nowarn", "-cp", classPath, "-d", "classes", ...sources],
    workingDirectory: folder,
  });
  return run({
    command: "java",
    args: ["-cp", classPath, "Program", world.url, world.key],
    workingDirectory: folder,
  });
};

/** Generates the client only: .NET is in no package registry that the tests use. @returns its source files */
export async function csharpSources(t: TestContext, world: ClientWorld): Promise<readonly string[]> {
  const folder = await workplace(t, null, world);
  await generate(folder, "csharp");
  return (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".cs"));
}

async function generate(folder: string, language: string, ...options: string[]): Promise<void> {
  const document = join(folder, "openapi.json");
  const only = "apiTests=false,modelTests=false,apiDocs=false,modelDocs=false";
  await runJavaTool(
    openApiGenerator,
    ...["generate", "-i", document, "-g", language, "-o", join(folder, "generated")],
    ...["--global-property", only, ...options],
  );
}

const programsOf = (language: string): string => join(ROOT, "test", "clients", language);

/** A folder with the description and the program of a language; it ends with the test. */
async function workplace(t: TestContext, language: string | null, { url }: ClientWorld): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "simon-client-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  if (language !== null) await cp(programsOf(language), folder, { recursive: true });
  const description = await (await fetch(`${url}/api/openapi.json`)).text();
  await writeFile(join(folder, "openapi.json"), description);
  return folder;
}

/** Installs tools beside the jars of the local stack, once for each content of their list of versions. */
async function installedOnce(
  language: string,
  versions: string,
  install: (folder: string) => Promise<void>,
): Promise<string> {
  const list = await readFile(join(programsOf(language), versions));
  const name = `${language}-client-${createHash("sha256").update(list).digest("hex").slice(0, 12)}`;
  const clients = join(ROOT, ".local", "clients");
  const folder = join(clients, name);
  await mkdir(clients, { recursive: true });
  if ((await readdir(clients)).includes(name)) return folder;
  await rm(`${folder}.unfinished`, { recursive: true, force: true });
  await install(`${folder}.unfinished`);
  await rename(`${folder}.unfinished`, folder).catch((error: unknown) => {
    // Another test file was first.
    if (!isErrno(error, "ENOTEMPTY") && !isErrno(error, "EEXIST")) throw error;
  });
  return folder;
}

/** What to install where a command is missing. */
const HOW_TO_GET: Readonly<Record<string, string>> = {
  python3: "apt-get install python3-venv",
  javac: "apt-get install openjdk-17-jdk-headless",
};

async function run(command: Command): Promise<string> {
  const result = await runCommand(command);
  if (result.kind === "not-installed")
    throw new Error(`${command.command} is missing: ${HOW_TO_GET[command.command] ?? "see .ci/run"}`);
  if (result.exitCode !== 0)
    throw new Error(`${command.command} ${command.args.join(" ")}:\n${result.output}`);
  return result.output.trim();
}
