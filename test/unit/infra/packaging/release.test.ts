import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const textOf = (path: string): string =>
  readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8");

test("manifests name the image of this release, and the changelog tells of it", () => {
  const { version } = JSON.parse(textOf("package.json")) as { readonly version: string };
  for (const overlay of ["one-node", "production"]) {
    const [, tag] =
      /newTag: (\S+)/.exec(textOf(`infra/kubernetes/overlays/${overlay}/kustomization.yaml`)) ?? [];
    assert.equal(tag, version, overlay);
  }
  const [, latest] = /^## \[(\S+)\]/m.exec(textOf("CHANGELOG.md")) ?? [];
  assert.equal(latest, version);
});
