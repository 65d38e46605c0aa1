import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../support/source-files.ts";

type Locked = {
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly integrity?: string;
  readonly version?: string;
};

const read = (file: string): unknown => JSON.parse(readFileSync(join(ROOT, file), "utf8"));
const own = read("package.json") as {
  readonly allowScripts: Readonly<Record<string, boolean>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
};
const lock = read("package-lock.json") as { readonly packages: Readonly<Record<string, Locked>> };

/** Everything that `npm ci` installs, by its name. */
const installed = Object.entries(lock.packages)
  .filter(([path]) => path !== "")
  .map(([path, locked]) => ({ name: path.slice(path.lastIndexOf("node_modules/") + 13), ...locked }));

/** What may go along with what we hand over: it asks for a notice at most. */
const WITH_THE_PRODUCT = [
  "MIT",
  "ISC",
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "MIT OR Apache-2.0",
];
/** What tools may have beside: they stay on our machines. */
const IN_TOOLS = [
  ...WITH_THE_PRODUCT,
  ...[
    "MPL-2.0",
    "BlueOak-1.0.0",
    "Python-2.0",
    "Artistic-2.0",
    "CC0-1.0",
    "CC-BY-3.0",
    "(MIT OR CC0-1.0)",
    "(MIT OR WTFPL)",
    "(BSD-2-Clause OR MIT OR Apache-2.0)",
    "WTFPL",
  ],
];
/** Packages whose package.json names no licence; the file in them does. */
const BY_FILE: Readonly<Record<string, string>> = {
  "@kafkajs/confluent-schema-registry": "MIT",
  "htmx-ext-sse": "0BSD",
};

test("every dependency has a licence that we may use it under", () => {
  const strange = installed
    .map(({ name, license = BY_FILE[name] ?? "none", dev = false, devOptional = false }) => ({
      name,
      license,
      dev,
      devOptional,
    }))
    .filter(
      ({ license, dev, devOptional }) =>
        !(dev || devOptional ? IN_TOOLS : WITH_THE_PRODUCT).includes(license),
    )
    .map(({ name, license }) => `${name}: ${license}`);
  assert.deepEqual(strange, []);
  for (const name of Object.keys(BY_FILE))
    assert.ok(existsSync(join(ROOT, "node_modules", name, "LICENSE")), name);
});

test("no dependency runs a script at installation but those that were decided about", () => {
  const scripted = new Set(installed.filter((one) => one.hasInstallScript).map(({ name }) => name));
  assert.deepEqual([...scripted].sort(), Object.keys(own.allowScripts).sort());
});

test("every version is pinned, and every package in the lock has a checksum", () => {
  const wanted = { ...own.dependencies, ...own.devDependencies, ...own.optionalDependencies };
  for (const [name, version] of Object.entries(wanted))
    assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, name);
  assert.deepEqual(
    installed.filter(({ integrity }) => integrity === undefined).map(({ name }) => name),
    [],
  );
});
