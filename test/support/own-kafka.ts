import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { createProcessGroup } from "../../infra/local/processes/process-group.ts";
import { ensureDownloaded, kafkaDownload } from "../../infra/local/stack/downloads.ts";
import { prepareKafka } from "../../infra/local/stack/kafka-process.ts";
import { freePort } from "./free-port.ts";

const DOWNLOADS = fileURLToPath(new URL("../../.local/downloads", import.meta.url));

/** Where every broker of the tests finds its program; fetched where no stack has fetched it yet. */
export async function kafkaLibraries(): Promise<string> {
  await ensureDownloaded({ cacheDir: DOWNLOADS, downloads: [kafkaDownload], report: console.error });
  return join(DOWNLOADS, kafkaDownload.directory);
}

/** A cluster beside the test stack's, as `createWorld` takes it. */
export type OwnKafka = {
  login(): { readonly KAFKA_BROKERS: string };
  readonly isOpen: true;
  /** Where its logs stand, a folder for each partition. */
  readonly storage: string;
  /** Kills the broker, which comes again. */
  kill(): Promise<void>;
  /** Stops the broker and keeps what it has; it runs again afterwards. */
  keep(): Promise<void>;
  /** The cluster is as it was when it was kept, as after a snapshot of its disks was put back. */
  putBack(): Promise<void>;
};

/** Starts one with an id of its own, that lets everybody in; it ends with the test. */
export async function startOwnKafka(t: Pick<TestContext, "after">): Promise<OwnKafka> {
  const folder = await mkdtemp(join(tmpdir(), "simon-own-kafka-"));
  const [storage, kept] = [join(folder, "kafka", "data"), join(folder, "kept")];
  const group = createProcessGroup(() => {});
  t.after(async () => {
    await group.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const [port, controllerPort] = [await freePort(), await freePort()];
  const libraries = await kafkaLibraries();
  const broker = await group.start(() =>
    prepareKafka({
      ...{ dataDir: folder, logDir: folder, libraries, port, controllerPort },
      clusterId: Buffer.from(folder.slice(-16)).toString("base64url"),
    }),
  );
  return {
    login: () => ({ KAFKA_BROKERS: `127.0.0.1:${port}` }),
    isOpen: true,
    storage,
    kill: async () => {
      await broker.kill9();
      await broker.restart();
    },
    keep: async () => {
      await broker.stop();
      await cp(storage, kept, { recursive: true });
      await broker.start();
    },
    putBack: async () => {
      await broker.stop();
      await rm(storage, { recursive: true });
      await cp(kept, storage, { recursive: true });
      await broker.start();
    },
  };
}
