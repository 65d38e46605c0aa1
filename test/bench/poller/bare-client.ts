/** What the poller is measured against: reads lists and hashes their bytes, and nothing else. */
import { hash } from "node:crypto";
import { Agent, request } from "undici";
import { serveParent } from "../child.ts";

/** Lists to read, so many at a time: the paths of their first pages. */
export type BareCommand = {
  readonly origin: string;
  readonly paths: readonly string[];
  readonly atOnce: number;
};

/** Milliseconds that it took. */
export type BareAnswer = { readonly ms: number };

async function read({ origin, paths, atOnce }: BareCommand): Promise<BareAnswer> {
  const dispatcher = new Agent({ connections: atOnce, pipelining: 1 });
  const startedAt = performance.now();
  let next = 0;
  const reader = async (): Promise<void> => {
    for (let path = paths[next++]; path !== undefined; path = paths[next++]) {
      const { body, statusCode } = await request(origin + path, { dispatcher });
      const bytes = Buffer.from(await body.arrayBuffer());
      if (statusCode !== 200 || hash("sha256", bytes, "buffer").length === 0)
        throw new Error(`${path} answers ${statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, reader));
  await dispatcher.close();
  return { ms: performance.now() - startedAt };
}

serveParent<BareCommand, BareAnswer>({ ms: 0 }, read);
