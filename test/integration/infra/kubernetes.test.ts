import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { promisify } from "node:util";
import { PRINCIPALS as SERVICES } from "../../../infra/deploy/rights.ts";
import { TOPICS, type Topic } from "../../../schemas/topics.ts";
import { environmentAs } from "../../../services/shared/config.ts";
import { unknownSettings } from "../../support/known-settings.ts";
import { strangeFields, validate } from "../../support/kubernetes-schemas.ts";
import { buildOverlay, type Manifest } from "../../support/kustomize.ts";
import { ROOT, sourceFiles } from "../../support/source-files.ts";

type Labels = Readonly<Record<string, string>>;
type Probe = { readonly httpGet: { readonly path: string; readonly port: string } };
type Container = {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly envFrom: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly securityContext: object;
  readonly resources: { readonly requests: object; readonly limits: object };
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly: boolean;
  }[];
};
type Pod = {
  readonly metadata: { readonly labels: Labels };
  readonly spec: {
    readonly automountServiceAccountToken: boolean;
    readonly securityContext: { readonly runAsNonRoot: boolean; readonly runAsUser: number };
    readonly terminationGracePeriodSeconds?: number;
    readonly containers: readonly [Container];
    readonly volumes: readonly { readonly name: string }[];
  };
};

const OVERLAYS = ["one-node", "production"];
const built = new Map<string, readonly Manifest[]>();
before(async () => {
  for (const name of OVERLAYS) built.set(name, await buildOverlay(name));
});

const of = (overlay: string, ...kinds: readonly string[]): readonly Manifest[] =>
  (built.get(overlay) ?? []).filter(({ kind }) => kinds.includes(kind));
const podOf = (workload: Manifest): Pod => (workload.spec as { readonly template: Pod }).template;
const pods = (overlay: string): readonly Pod[] => of(overlay, "Deployment", "Job").map(podOf);
const fits = (selector: Labels, { metadata }: Pod): boolean =>
  Object.entries(selector).every(([name, value]) => metadata.labels[name] === value);

for (const overlay of OVERLAYS) {
  test(`${overlay}: every manifest is what the API's schemas and types allow`, async () => {
    for (const manifest of built.get(overlay) ?? [])
      await assert.doesNotReject(validate(manifest), `${manifest.kind} ${manifest.metadata.name}`);
    assert.equal(await strangeFields(built.get(overlay) ?? []), "");
  });

  test(`${overlay}: every pod runs as nobody, read-only, without rights, with what it needs set aside`, () => {
    for (const { spec } of pods(overlay)) {
      const [{ name, securityContext, resources, image, volumeMounts }] = spec.containers;
      assert.equal(spec.automountServiceAccountToken, false, name);
      assert.deepEqual(
        [spec.securityContext.runAsNonRoot, spec.securityContext.runAsUser],
        [true, 65_532],
        name,
      );
      assert.deepEqual(
        securityContext,
        { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
        name,
      );
      assert.deepEqual(
        [Object.keys(resources.requests), Object.keys(resources.limits)],
        [["cpu", "memory"], ["memory"]],
      );
      assert.match(image, /^registry\.example\/simon-unit4:\d/);
      assert.ok(volumeMounts.every(({ readOnly }) => readOnly));
      assert.deepEqual(
        volumeMounts.map((one) => one.name).sort(),
        spec.volumes.map((one) => one.name).sort(),
      );
    }
  });

  test(`${overlay}: each service starts with the settings that it is given, and is given none that nobody reads`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "settings-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const secret = join(folder, "any");
    // What each secret could be: keys of the right form are fine for names and passwords too.
    writeFileSync(secret, `first:${Buffer.alloc(32, 7).toString("base64")}\n`);
    for (const { spec } of pods(overlay)) {
      const [container] = spec.containers;
      const given = environmentFor(overlay, container);
      assert.deepEqual(unknownSettings(Object.keys(given).filter((one) => one !== "DATABASE_ADDRESS")), []);
      const environment = withSecrets(given, container, secret);
      if (container.name === "deploy") continue;
      for (const name of container.name === "all" ? SERVICES : [container.name]) {
        const { service } = await import(`../../../services/${name}/main.ts`);
        service.read(container.name === "all" ? environmentAs(name, environment) : environment);
      }
      assert.deepEqual(container.args, [
        container.name === "all" ? "services/all.ts" : `services/${container.name}/main.ts`,
      ]);
    }
  });

  test(`${overlay}: probes ask where health is served, and a pod has time to drain`, async () => {
    for (const { spec } of of(overlay, "Deployment").map(podOf)) {
      const [{ name, ports = [], startupProbe, livenessProbe, readinessProbe }] = spec.containers;
      assert.deepEqual(
        [startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet),
        ["/health/live", "/health/live", "/health/ready"].map((path) => ({ path, port: "health" })),
        name,
      );
      const { service } = await import(`../../../services/${name === "all" ? "console" : name}/main.ts`);
      const { config } = service.read(PLAIN);
      const expected = ports.map((port) => [
        port.name,
        port.name === "web" ? config.CONSOLE_PORT : config.HEALTH_PORT,
      ]);
      assert.deepEqual(
        ports.map((port) => [port.name, port.containerPort]),
        expected,
      );
      assert.ok((spec.terminationGracePeriodSeconds ?? 0) >= 30);
    }
  });

  test(`${overlay}: whatever selects pods finds some`, () => {
    const all = pods(overlay);
    for (const { kind, metadata, spec = {} } of of(
      overlay,
      "Service",
      "PodDisruptionBudget",
      "NetworkPolicy",
      "PodMonitor",
    )) {
      const given = (spec["podSelector"] ?? spec["selector"] ?? {}) as { readonly matchLabels?: Labels };
      const selector = kind === "Service" ? (given as Labels) : (given.matchLabels ?? {});
      assert.ok(
        all.some((pod) => fits(selector, pod)),
        `${kind} ${metadata.name}`,
      );
    }
    const [console] = of(overlay, "Service");
    const [port] = (console?.spec?.["ports"] ?? []) as readonly { readonly targetPort: string }[];
    const served = all.filter((pod) => fits((console?.spec?.["selector"] ?? {}) as Labels, pod));
    assert.deepEqual(
      served.map(({ spec }) => spec.containers[0].ports?.some(({ name }) => name === port?.targetPort)),
      [true],
    );
  });
}

test("every secret and config map that pods mount is told in the README", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const mounted = OVERLAYS.flatMap(pods).flatMap(({ spec }) => [
    ...JSON.stringify(spec.volumes).matchAll(
      /"(?:secretName|key)":"([^"]+)"|"configMap":\{"name":"([^"]+)"/g,
    ),
  ]);
  const names = new Set(mounted.map(([, secret, map]) => secret ?? map ?? ""));
  // Those of services are told together.
  for (const service of SERVICES) names.delete(service);
  assert.ok(names.size > 4);
  for (const name of names) assert.ok(readme.includes(`\`${name}\``), name);
});

test("a field that the API does not have is found", async () => {
  const [one] = of("production", "Deployment");
  assert.match(await strangeFields([{ ...assertThere(one), spec: { ...one?.spec, replica: 2 } }]), /replica/);
});

test("one node: one pod runs all services, and never two at a time", () => {
  const [all, ...others] = of("one-node", "Deployment");
  assert.deepEqual([all?.spec?.["replicas"], others], [1, []]);
});

test("production: each service is there, survives a node that is drained, and is spread", () => {
  const deployments = of("production", "Deployment");
  assert.deepEqual(deployments.map(({ metadata }) => metadata.name).sort(), [...SERVICES].sort());
  for (const deployment of deployments) {
    const pod = podOf(deployment);
    assert.equal(
      (pod.spec as { topologySpreadConstraints?: unknown[] }).topologySpreadConstraints?.length,
      2,
    );
    const budgets = of("production", "PodDisruptionBudget").filter(({ spec }) =>
      fits((spec?.["selector"] as { matchLabels?: Labels } | undefined)?.matchLabels ?? {}, pod),
    );
    assert.equal(budgets.length, 1, deployment.metadata.name);
  }
});

test("production: what is counted by work has replicas among which its partitions are shared evenly, and asks Prometheus for metrics that we have", async () => {
  const scaled = of("production", "ScaledObject", "HorizontalPodAutoscaler");
  const names = new Set(of("production", "Deployment").map(({ metadata }) => metadata.name));
  const source = sourceFiles("services")
    .map(({ text }) => text)
    .join("\n");
  const topics: readonly Topic[] = Object.values(TOPICS);
  const partitionsOf = (service: string): number =>
    Math.max(
      ...topics.filter(({ consumers }) => consumers.includes(service)).map(({ partitions }) => partitions),
    );
  const queries: string[] = [];
  for (const { kind, spec = {} } of scaled) {
    const {
      scaleTargetRef,
      maxReplicaCount,
      triggers = [],
    } = spec as {
      readonly scaleTargetRef: { readonly name: string };
      readonly maxReplicaCount?: number;
      readonly triggers?: readonly { readonly metadata: { readonly query: string } }[];
    };
    assert.ok(names.delete(scaleTargetRef.name), `${scaleTargetRef.name} is there, and counted once`);
    if (kind === "ScaledObject") assert.equal(partitionsOf(scaleTargetRef.name) % (maxReplicaCount ?? 0), 0);
    for (const { metadata } of triggers) queries.push(metadata.query);
  }
  assert.deepEqual([...names], ["unit4-poller"]);
  assert.equal(queries.length, 4);
  for (const query of queries)
    for (const [metric] of query.matchAll(/simon_\w+/g)) assert.ok(source.includes(`"${metric}"`), metric);
  await promtool(queries);
});

function assertThere<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}

/** The settings with files that are there in the place of those that are mounted. */
function withSecrets(given: Labels, { volumeMounts }: Container, secret: string): Labels {
  const isMounted = (path: string): boolean =>
    volumeMounts.some(({ mountPath }) => path.startsWith(`${mountPath}/`));
  const files = Object.entries(given).filter(([name]) => name.endsWith("_FILE"));
  for (const [name, path] of files) assert.ok(isMounted(path), `${name} ${path}`);
  return { ...given, ...Object.fromEntries(files.map(([name]) => [name, secret])) };
}

/** An environment in which every service starts. */
const PLAIN = {
  KAFKA_BROKERS: "kafka:9092",
  SCHEMA_REGISTRY_URL: "https://registry.example",
  DATABASE_URL: "postgresql://any@postgres/simon",
  UNIT4_BASE_URL: "https://unit4.example",
  UNIT4_CLIENT_ID: "id",
  UNIT4_CLIENT_SECRET: "any",
  TOKEN_KEYS: `first:${Buffer.alloc(32, 7).toString("base64")}`,
  CONSOLE_PUBLIC_URL: "https://console.example",
  CONSOLE_OIDC_ISSUER: "https://sign-in.example",
  CONSOLE_OIDC_CLIENT_ID: "id",
  CONSOLE_OIDC_CLIENT_SECRET: "any",
};

/** As the kubelet makes it: config maps, then the container's own values with `$(NAME)` filled in. */
function environmentFor(overlay: string, { env, envFrom }: Container): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const { configMapRef } of envFrom)
    Object.assign(
      environment,
      of(overlay, "ConfigMap").find(({ metadata }) => metadata.name === configMapRef.name)?.data ??
        assert.fail(configMapRef.name),
    );
  for (const { name, value } of env)
    environment[name] = value.replaceAll(
      /\$\((\w+)\)/g,
      (_, other) => environment[other] ?? assert.fail(other),
    );
  return environment;
}

/** Has Prometheus's own tool read the queries; it comes with Debian's package prometheus. */
async function promtool(queries: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "rules-"));
  const file = join(folder, "rules.json");
  const rules = queries.map((expr, index) => ({ record: `query:${index}`, expr }));
  writeFileSync(file, JSON.stringify({ groups: [{ name: "queries", rules }] }));
  const check = (...words: readonly string[]) => promisify(execFile)("promtool", ["check", ...words]);
  try {
    await check("rules", file);
    await check("config", "infra/prometheus/prometheus.yml");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    assert.fail("promtool is missing; install it with: apt-get install prometheus");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
