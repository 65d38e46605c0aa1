/** Updates of known customers at a steady rate, from a process of its own so that they hold up nothing that is timed. */
import { setTimeout as sleep } from "node:timers/promises";
import { serveParent } from "../child.ts";
import { createChangeTopic, customerOf, KNOWN_CUSTOMERS, updatedKey } from "./change-topic.ts";

export type LoadCommand = {
  readonly perSecond: number;
  readonly seconds: number;
  /** Revision of the first update; each has the next one. */
  readonly revision: number;
};

/** How many were sent, and how many a second: a publisher that does not keep up sends fewer. */
export type LoadAnswer = { readonly sent: number; readonly perSecond: number };

const TICK_MS = 20;

const { KAFKA_BROKERS = "", SCHEMA_REGISTRY_URL = "" } = process.env;
const topic = await createChangeTopic({ kafkaBrokers: KAFKA_BROKERS, registryUrl: SCHEMA_REGISTRY_URL });

async function steadily({ perSecond, seconds, revision }: LoadCommand): Promise<LoadAnswer> {
  const startedAt = performance.now();
  const spent = (): number => (performance.now() - startedAt) / 1_000;
  let sent = 0;
  for (; spent() < seconds; await sleep(TICK_MS)) {
    const due = Math.min(perSecond, Math.floor(spent() * perSecond) - sent);
    if (due <= 0) continue;
    const from = revision + sent;
    await topic.send(
      Array.from({ length: due }, (_, index) =>
        topic.change(customerOf(updatedKey(from + index, KNOWN_CUSTOMERS), from + index)),
      ),
    );
    sent += due;
  }
  return { sent, perSecond: Math.round(sent / spent()) };
}

serveParent<LoadCommand, LoadAnswer>({ sent: 0, perSecond: 0 }, steadily);
