import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { TOPICS } from "../../../schemas/topics.ts";
import { avroTools, runJavaTool } from "../../support/java-tool.ts";
import { ROOT } from "../../support/source-files.ts";

test("O22: Avro's own tools make Java classes of all records at once, each type once", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "simon-avro-"));
  t.after(() => rm(folder, { recursive: true }));
  await runJavaTool(avroTools, "compile", "protocol", join(ROOT, "schemas", "pipeline.avpr"), folder);
  const classes = await readdir(join(folder, "nl", "simon", "unit4"));
  const records = Object.values(TOPICS).flatMap(({ schema }) => (schema === null ? [] : [schema]));
  for (const record of records) {
    const name = record.replaceAll(/(?:^|-)(\w)/g, (_, first: string) => first.toUpperCase());
    assert.ok(classes.includes(`${name}.java`), `${name} among ${classes}`);
  }
  for (const shared of ["ChangeKind.java", "Retry.java"]) assert.ok(classes.includes(shared), shared);
});

test("O22: the same tools refuse the files one by one, which is why there is a protocol", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "simon-avro-"));
  t.after(() => rm(folder, { recursive: true }));
  const files = ["article-changed", "customer-changed"].map((name) => join(ROOT, "schemas", `${name}.avsc`));
  await assert.rejects(runJavaTool(avroTools, "compile", "schema", ...files, folder), /Can't redefine/);
});
