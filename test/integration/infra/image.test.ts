import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { rolePasswords } from "../../../infra/local/stack/postgres-password.ts";
import { type ComposeService, programsOf, readCompose } from "../../support/compose.ts";
import { runContainer } from "../../support/container.ts";
import { freePort } from "../../support/free-port.ts";
import { buildImage } from "../../support/image-tree.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

/** Production packages alone: the whole of them is five times as much. */
const MOST_MEGABYTES = 80;
const SERVICES = /^services\//;
const HERE = "127.0.0.1";

test("the image runs every program of compose.yaml, and all services in one process, read-only and as nobody", async (t) => {
  const folder = await temporaryFolder(t, "image-");
  const world = await createWorld(t);
  const compose = readCompose();
  const sandbox = await buildImage("sandbox", folder);
  const production = await buildImage("production", folder);
  assert.ok((await megabytes(production.root)) < MOST_MEGABYTES);

  const settings = await settingsFor(world);
  const start = async ([name, service]: readonly [string, ComposeService]) => {
    const environment = settings(service);
    const volumes: Record<string, string> = {};
    for (const [, path = ""] of (service.volumes ?? []).map((volume) => volume.split(":")))
      volumes[path] = await temporaryFolder(t, "volume-");
    return {
      name,
      environment,
      ...runContainer(t, sandbox, { ...commandOf(service), environment, volumes }),
    };
  };
  const ends = async ({ name, lines, ended }: Awaited<ReturnType<typeof start>>) =>
    assert.equal(await ended, 0, `${name}:\n${lines.join("\n")}`);

  const programs = programsOf(compose);
  const program = (name: string) => programs.find(([one]) => one === name) ?? assert.fail(name);
  await ends(await start(program("deploy")));
  const once = new Set(["deploy", "demo"]);
  const running = await Promise.all(programs.filter(([name]) => !once.has(name)).map(start));
  for (const { name, environment, lines } of running) {
    const [path, port] = addressOf(environment);
    await until(name, async () => (await fetch(`http://${HERE}:${port}${path}`)).ok).catch(() =>
      assert.fail(`${name} does not serve:\n${lines.join("\n")}`),
    );
  }
  await ends(await start(program("demo")));
  // The stand-in of Simon archives workorders of the demo tenants by itself.
  await until("an order in Unit4", async () => {
    const { rows } = await world.pool.query("select from order_writer.orders where state = 'written'");
    return rows.length > 0;
  });
  for (const one of running.filter(({ name }) => SERVICES.test(String(compose.services[name]?.command))))
    assert.equal(await one.stop(), 0, one.name);

  const all = runContainer(t, production, {
    environment: {
      ...Object.assign(
        {},
        ...programs
          .filter(([, { command }]) => SERVICES.test(String(command)))
          .map(([, one]) => settings(one)),
      ),
      ...rolePasswords(new URL(world.databaseUrl).password),
    },
  });
  await until("all services in one process", () =>
    all.lines.filter((line) => line.includes('"event":"service_started"')).length === 6 ? true : null,
  ).catch(() => assert.fail(all.lines.join("\n")));
  assert.equal(await all.stop(), 0);

  const status = runContainer(t, production, {
    command: ["infra/ops/main.ts", "status", "--json"],
    environment: { ...settings(program("deploy")[1]) },
  });
  assert.equal(await status.ended, 0, status.lines.join("\n"));
  assert.match(status.lines.join(""), /"written"/);
});

const commandOf = ({ command }: ComposeService) => (command === undefined ? {} : { command });

/** Path and port at which a program answers that it serves. */
function addressOf(environment: Readonly<Record<string, string>>): readonly [string, string] {
  const { HEALTH_PORT, MULTIVERS_PORT, SIMON_PORT, IDENTITY_PORT = "" } = environment;
  if (HEALTH_PORT !== undefined) return ["/health/ready", HEALTH_PORT];
  return ["/", MULTIVERS_PORT ?? SIMON_PORT ?? IDENTITY_PORT];
}

/** The environment that compose.yaml gives, with this machine's addresses, ports and passwords in the place of compose's. */
async function settingsFor(world: World) {
  const url = new URL(world.databaseUrl);
  const passwords = rolePasswords(url.password);
  const ports = new Map<string, string>();
  for (const port of [8090, 8091, 8092, 8093, 9101, 9102, 9103, 9104, 9105, 9106])
    ports.set(String(port), String(await freePort()));
  const translated = (name: string, value: string): string =>
    name in passwords
      ? (passwords[name] ?? "")
      : value
          .replace(/\/\/postgres:\$\{DATABASE_PASSWORD\}@/, `//postgres:${url.password}@`)
          .replace(
            /\/\/(\w+):\$\{DATABASE_PASSWORD\}@/,
            (_, role) => `//${role}:${passwords[`${role.toUpperCase()}_PASSWORD`]}@`,
          )
          .replace("postgres:5432/simon", url.host + url.pathname)
          .replace("kafka:9092", world.brokers)
          .replace("http://registry:8080/apis/ccompat/v7", world.registryUrl)
          .replace(/^\$\{TOKEN_KEYS:.*\}$/, `first:${Buffer.alloc(32, 7).toString("base64")}`)
          .replace(/\b\d{4}\b/g, (port) => ports.get(port) ?? port);
  return ({ environment = {} }: ComposeService): Readonly<Record<string, string>> => ({
    ...Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, translated(name, String(value))]),
    ),
    // Beside the world's own topics, which have fewer partitions than a deployment makes.
    KAFKA_TOPIC_PREFIX: `${world.topicPrefix}image.`,
    // On a machine that is shared, nothing is for others.
    ...{ HEALTH_HOST: HERE, CONSOLE_HOST: HERE, MULTIVERS_HOST: HERE, SIMON_HOST: HERE, IDENTITY_HOST: HERE },
    CONSOLE_PORT: ports.get("8092") ?? "",
  });
}

async function temporaryFolder(t: TestContext, prefix: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  await chmod(folder, 0o755);
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function megabytes(folder: string): Promise<number> {
  const { stdout } = await promisify(execFile)("du", ["-sm", folder]);
  return Number.parseInt(stdout, 10);
}
