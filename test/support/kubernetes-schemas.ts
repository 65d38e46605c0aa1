import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Manifest } from "./kustomize.ts";
import { ROOT } from "./source-files.ts";

/** The package that has the schemas of an API group. */
const PACKAGES: Readonly<Record<string, string>> = {
  "keda.sh": "@kubernetes-models/keda/keda.sh",
  "monitoring.coreos.com": "@kubernetes-models/prometheus-operator/monitoring.coreos.com",
};

function moduleOf(apiVersion: string): string {
  const [group = "", version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  return `${PACKAGES[group] ?? ["kubernetes-models", group].filter(Boolean).join("/")}/${version}`;
}

/** Throws where a manifest is not what the API's schema asks for. */
export async function validate(manifest: Manifest): Promise<void> {
  const models = (await import(moduleOf(manifest.apiVersion))) as Readonly<
    Record<string, new (data: unknown) => { validate(): void }>
  >;
  const Model = models[manifest.kind];
  if (Model === undefined) throw new Error(`${manifest.apiVersion} has no ${manifest.kind}`);
  new Model(manifest).validate();
}

/** What the compiler finds in manifests that the schemas let pass: fields that the API does not have. */
export async function strangeFields(manifests: readonly Manifest[]): Promise<string> {
  // Below the tree, since that is where the packages are found from.
  const folder = join(ROOT, "test", "output", `manifests-${process.pid}`);
  await mkdir(folder, { recursive: true });
  try {
    const constants = manifests.map(({ apiVersion, kind, ...rest }, index) => {
      const type = `import("${moduleOf(apiVersion)}").I${kind}`;
      return `export const m${index}: ${type} = ${JSON.stringify({ apiVersion, kind, ...rest }, null, 1)};`;
    });
    await writeFile(join(folder, "manifests.ts"), constants.join("\n"));
    const options = ["--ignoreConfig", "--noEmit", "--strict", "--module", "nodenext", "--skipLibCheck"];
    await promisify(execFile)(join(ROOT, "node_modules/.bin/tsc"), [
      ...options,
      join(folder, "manifests.ts"),
    ]);
    return "";
  } catch (error) {
    return (error as { readonly stdout?: string }).stdout ?? String(error);
  } finally {
    await rm(folder, { recursive: true });
  }
}
