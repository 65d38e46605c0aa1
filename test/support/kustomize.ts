import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import { ROOT } from "./source-files.ts";

const run = promisify(execFile);

const VERSION = "v5.7.1";
/** Where it is built once, when Go is there and kustomize is not. */
const OWN = join(ROOT, ".local", "tools");

export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, string>>;
};

/** What kustomize makes of an overlay of infra/kubernetes. */
export async function buildOverlay(name: string): Promise<readonly Manifest[]> {
  const { stdout } = await run(await kustomize(), ["build", join(ROOT, "infra/kubernetes/overlays", name)], {
    maxBuffer: 16 * 1024 * 1024,
  });
  return parseAllDocuments(stdout).map((document) => document.toJS());
}

async function kustomize(): Promise<string> {
  const built = join(OWN, "kustomize");
  if (existsSync(built)) return built;
  if (await isThere("kustomize")) return "kustomize";
  if (!(await isThere("go")))
    throw new Error(
      "kustomize is missing; install it, or Go 1.24 or newer (https://go.dev), which builds it",
    );
  await run("go", ["install", `sigs.k8s.io/kustomize/kustomize/v5@${VERSION}`], {
    env: { ...process.env, GOBIN: OWN, GOFLAGS: "-mod=mod" },
  });
  return built;
}

const isThere = async (program: string): Promise<boolean> =>
  run(program, ["version"]).then(
    () => true,
    () => false,
  );
