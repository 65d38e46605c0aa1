import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { kafkaDownload, registryDownload } from "../../../../infra/local/stack/downloads.ts";
import { programsOf, readCompose } from "../../../support/compose.ts";
import { unknownSettings } from "../../../support/known-settings.ts";
import { ROOT } from "../../../support/source-files.ts";

const compose = readCompose();
const services = Object.entries(compose.services);
const programs = programsOf(compose);

test("compose.yaml is what the compose specification allows", () => {
  const schema = JSON.parse(
    readFileSync(join(ROOT, "node_modules/dclint/schemas/compose.schema.json"), "utf8"),
    (name, value) => (name === "$schema" ? undefined : value),
  );
  // It names its draft by https, by which the validator does not know it.
  const validate = new Ajv({ strict: false, validateFormats: false, validateSchema: false }).compile(schema);
  assert.ok(validate(compose), JSON.stringify(validate.errors, null, 2));
  assert.ok(!validate({ services: { one: { imagine: "a" } } }));
});

test("every program of ours runs read-only, without capabilities, from a file that is there", () => {
  for (const [name, { command = [], read_only, cap_drop, security_opt }] of programs) {
    assert.ok(existsSync(join(ROOT, command[0] ?? "none")), `${name}: ${command[0]}`);
    assert.deepEqual([read_only, cap_drop, security_opt], [true, ["ALL"], ["no-new-privileges:true"]], name);
  }
});

test("every setting that compose.yaml gives to a program of ours is one that is read", () => {
  for (const [name, { environment = {} }] of programs)
    assert.deepEqual(unknownSettings(Object.keys(environment)), [], name);
});

test("images of others have a version, and those that the local start has as well have the same one", () => {
  const versions = services.flatMap(([, { build, image = "" }]) => (build === undefined ? [image] : []));
  for (const image of versions) assert.match(image, /^[\w./-]+:v?\d[\w.-]*$/);
  for (const { directory } of [kafkaDownload, registryDownload])
    assert.ok(
      versions.some((image) => image.split("/").at(-1)?.replace(":", "-") === directory),
      directory,
    );
});

test("what waits for another waits for one that is there, and volumes and files are", () => {
  for (const [name, { depends_on = {}, volumes = [] }] of services) {
    for (const other of Object.keys(depends_on)) assert.ok(other in compose.services, `${name} → ${other}`);
    for (const [source = ""] of volumes.map((volume) => volume.split(":")))
      assert.ok(source.startsWith(".") ? existsSync(join(ROOT, source)) : source in compose.volumes, source);
  }
});

test("everything that is published is published to this machine alone", () => {
  for (const [name, { ports = [] }] of services)
    for (const port of ports) assert.match(port, /^127\.0\.0\.1:(\d+):\d+$/, name);
});

test("Prometheus scrapes each service where it serves its metrics, under its name", () => {
  const { scrape_configs: jobs } = parse(
    readFileSync(join(ROOT, "infra/prometheus/prometheus.yml"), "utf8"),
  ) as {
    readonly scrape_configs: readonly {
      readonly job_name: string;
      readonly static_configs: readonly { readonly targets: readonly string[] }[];
    }[];
  };
  const scraped = jobs.map(({ job_name, static_configs }) => [job_name, static_configs[0]?.targets[0]]);
  const served = programs.flatMap(([name, { environment }]) =>
    environment?.["HEALTH_PORT"] === undefined ? [] : [[name, `network:${environment["HEALTH_PORT"]}`]],
  );
  assert.deepEqual(scraped, served);
  assert.equal(served.length, 6);
});

test("Prometheus finds its rules and Alertmanager, and Grafana its boards, where compose.yaml puts them", () => {
  const { rule_files, alerting } = parse(readFileSync(join(ROOT, "infra/prometheus/prometheus.yml"), "utf8"));
  const mounts = (name: string): readonly string[] => compose.services[name]?.volumes ?? [];
  assert.ok(mounts("prometheus").includes("./infra/prometheus:/etc/prometheus:ro"));
  assert.deepEqual(rule_files, ["rules/*.yml"]);
  assert.ok(existsSync(join(ROOT, "infra/prometheus/rules/alerts.yml")));
  assert.deepEqual(alerting.alertmanagers[0].static_configs[0].targets, ["alertmanager:9093"]);
  assert.ok("alertmanager" in compose.services);
  const { providers } = parse(
    readFileSync(join(ROOT, "infra/grafana/provisioning/dashboards/simon-unit4.yaml"), "utf8"),
  );
  const [boards, home] = [providers[0].options.path, compose.services["grafana"]?.environment];
  assert.ok(mounts("grafana").includes(`./infra/grafana/dashboards:${boards}:ro`));
  const first = String(home?.["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]);
  assert.ok(existsSync(join(ROOT, "infra/grafana/dashboards", first.slice(boards.length))), first);
});

test("Grafana finds Prometheus under the name and port that it has", () => {
  const { datasources } = parse(
    readFileSync(join(ROOT, "infra/grafana/provisioning/datasources/prometheus.yaml"), "utf8"),
  );
  assert.equal(datasources[0].url, "http://prometheus:9090");
  assert.ok("prometheus" in compose.services);
});
