import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "./source-files.ts";

/** A service of compose.yaml, as far as tests look at it. */
export type ComposeService = {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly target: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
};

export type Compose = {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};

/** compose.yaml with its anchors and merges resolved; `${…}` stands as it is. */
export const readCompose = (): Compose =>
  parse(readFileSync(join(ROOT, "compose.yaml"), "utf8"), { merge: true });

/** Those that run our image, by name. */
export const programsOf = ({ services }: Compose): readonly (readonly [string, ComposeService])[] =>
  Object.entries(services).filter(([, { build }]) => build !== undefined);
