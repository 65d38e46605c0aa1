import { readFileSync } from "node:fs";

/** The release that this process runs: the version in package.json, which CHANGELOG.md tells about. */
export const RELEASE: string = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
).version;
