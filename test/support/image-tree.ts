import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./source-files.ts";

type Instruction = { readonly keyword: string; readonly text: string };

/** A stage of a Dockerfile: `from` names an earlier stage or an image of others. */
export type Stage = {
  readonly name: string;
  readonly from: string;
  readonly instructions: readonly Instruction[];
};

/** An image's files, and how a container of it runs. */
export type ImageTree = {
  readonly root: string;
  readonly workdir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
};

/** The stages of a Dockerfile; knows what ours needs, and refuses the rest. */
export function readDockerfile(text: string): readonly Stage[] {
  const lines = text
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n");
  const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
  for (const line of lines.filter((one) => one.trim() !== "")) {
    const [, keyword = "", rest = ""] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    const [, from = "", name = ""] = /^(\S+) AS (\S+)$/.exec(keyword === "FROM" ? rest : "") ?? [];
    if (keyword === "FROM") stages.push({ name, from, instructions: [] });
    else stages.at(-1)?.instructions.push({ keyword, text: rest });
  }
  return stages;
}

/** Names and values of an ENV instruction. */
export const environmentOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(/(\w+)=(?:"([^"]*)"|(\S*))/g)].map(([, name = "", quoted, plain]) => [
      name,
      quoted ?? plain ?? "",
    ]),
  );

/** The files of an image, made in `folder` by the Dockerfile's own steps; images of others count as empty. */
export async function buildImage(target: string, folder: string): Promise<ImageTree> {
  const stages = readDockerfile(await readFile(join(ROOT, "Dockerfile"), "utf8"));
  const built = new Map<string, ImageTree>();
  const build = async (name: string): Promise<ImageTree> => {
    const known = built.get(name);
    if (known !== undefined) return known;
    const stage = stages.find((one) => one.name === name);
    let tree: ImageTree = {
      ...{
        root: join(folder, name),
        workdir: "/",
        environment: {},
        user: "0:0",
        entrypoint: [],
        command: [],
      },
    };
    await mkdir(tree.root, { recursive: true });
    if (stage === undefined) return tree;
    if (stages.some((one) => one.name === stage.from)) {
      const parent = await build(stage.from);
      await cp(parent.root, tree.root, { recursive: true });
      tree = { ...parent, root: tree.root };
    }
    for (const instruction of stage.instructions) tree = await carryOut(instruction, tree, build);
    // Whoever runs it is another user than whoever made it.
    await chmod(tree.root, 0o755);
    built.set(name, tree);
    return tree;
  };
  return build(target);
}

async function carryOut(
  { keyword, text }: Instruction,
  tree: ImageTree,
  build: (stage: string) => Promise<ImageTree>,
): Promise<ImageTree> {
  const inTree = (path: string): string =>
    join(tree.root, path.startsWith("/") ? path : join(tree.workdir, path));
  switch (keyword) {
    case "WORKDIR":
      await mkdir(join(tree.root, text), { recursive: true });
      return { ...tree, workdir: text };
    case "COPY": {
      const words = text.split(" ").filter((word) => !word.startsWith("--"));
      const [, stage] = /--from=(\S+)/.exec(text) ?? [];
      const from = stage === undefined ? ROOT : (await build(stage)).root;
      const to = words.pop() ?? "";
      for (const source of words) {
        const isFile = words.length > 1 || to === "./";
        await cp(join(from, source), inTree(isFile ? join(to, source) : to), { recursive: true });
      }
      return tree;
    }
    case "RUN":
      await run(text, inTree("."));
      return tree;
    case "ENV":
      return { ...tree, environment: { ...tree.environment, ...environmentOf(text) } };
    case "USER":
      return { ...tree, user: text };
    case "ENTRYPOINT":
      return { ...tree, entrypoint: JSON.parse(text) };
    case "CMD":
      return { ...tree, command: JSON.parse(text) };
    case "EXPOSE":
      return tree;
    default:
      throw new Error(`the Dockerfile says ${keyword}, which this test does not know`);
  }
}

async function run(command: string, cwd: string): Promise<void> {
  const child = spawn("sh", ["-ec", command], {
    cwd,
    env: { ...process.env, npm_config_prefer_offline: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => said.push(text));
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${said.join("")}`);
}
