import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import type { TestContext } from "node:test";
import { connect } from "node:tls";
import { withAdmin } from "../../services/shared/kafka/client.ts";
import { AUTHORITY, CERTIFICATES, NEXT_AUTHORITY } from "../support/certificates.ts";
import { repeatedly } from "../support/repeatedly.ts";
import type { RunningService } from "../support/running-service.ts";
import { type SecuredKafka, startSecuredKafka } from "../support/secured-kafka.ts";
import { makeTopicAnew } from "../support/topic-anew.ts";
import { until } from "../support/until.ts";
import type { FaultCase } from "./fault-case.ts";
import { createOrderRig, type OrderRig } from "./order-rig.ts";

const ALL = ["a", "b", "c"] as const;
const ORDER = { method: "POST", operation: "Order" } as const;
/** Between two rounds of the load, of an order for each tenant. */
const ROUND_MS = 250;
/** Shorter than a row of the matrix takes, so that each meets its end. */
const TOKEN_SECONDS = 12;
/** The broker ends a connection that brings no new login in time; kafkajs brings one 10 s before. */
const REAUTHENTICATED_AFTER_MS = 11_500;

/** Rows in which something happens to Kafka, or to what lets us into it, while orders come in. */
export const KAFKA_FAULTS: readonly FaultCase[] = [
  {
    name: "O31: the requests' topic is made anew in the middle of sendings, and all is requested again: one order each, none lost",
    isQuick: true,
    run: madeAnew,
  },
  {
    name: "O38: brokers get a certificate of another authority in the middle of sendings: one order each, none lost",
    isQuick: true,
    run: certificateReplaced,
  },
  {
    name: "O38: tokens end in the middle of sendings, while their provider is there or is away: one order each, none lost",
    isQuick: false,
    run: tokensEnd,
  },
];

async function madeAnew(t: TestContext, seed: number): Promise<void> {
  const rig = await createOrderRig(t, "O31", seed);
  rig.faults({ id: "slow", match: ORDER, effect: { kind: "pass", delayMs: 100 } });
  const writers = [await rig.start(), await rig.start()];
  await underLoad(rig, async () => {
    await until("orders under way", () => rig.posts() > 3 * seed);
    // Nobody may be there to see it.
    if (seed === 2) await writers[0]?.kill9();
    if (seed === 3) await Promise.all(writers.map((writer) => writer.kill9()));
    await makeTopicAnew(rig.world, "orderRequested");
    if (seed > 1) writers.push(await rig.start());
    await more(rig);
  });
  // What nobody had read went with the old topic; whoever made it anew fills it again.
  await rig.requestAgain();
  await rig.settled();
  await rig.judge();
  // A quick machine is done with the orders before the consumers look at the topic's id again.
  await until("a topic that was seen to be another one", async () => {
    const told = await Promise.all(
      writers.slice(seed - 1).map((writer) => writer.metric("simon_topics_made_anew_total")),
    );
    return told.some((times) => times > 0);
  });
}

async function certificateReplaced(t: TestContext, seed: number): Promise<void> {
  const kafka = await startSecuredKafka(t);
  const rig = await createOrderRig(t, "O38 certificate", seed, { kafka: waysOf(kafka, kafka.login) });
  const trust = (authorities: string) => writeFile(kafka.caFile, authorities);
  const writers = [await rig.start(), await rig.start()];
  await underLoad(rig, async () => {
    await more(rig);
    // In the order of the book, or by brokers that nobody told us of: then there is no way in for a while.
    if (seed < 3) await trust(AUTHORITY + NEXT_AUTHORITY);
    await kafka.presents(CERTIFICATES.next);
    if (seed === 1) await tellBroker(rig, kafka);
    else await kafka.broker.restart();
    await until(
      "the new certificate",
      async () => (await issuerOf(kafka.ports.sasl)) === "other test authority",
    );
    if (seed === 1) await writers[0]?.kill9();
    if (seed === 3) {
      await until("writers that wait", async () =>
        (await Promise.all(writers.map(({ healthUrl }) => fetch(`${healthUrl}/health/ready`)))).every(
          ({ ok }) => !ok,
        ),
      );
    }
    await trust(NEXT_AUTHORITY);
    if (seed === 1) await rig.start();
    await more(rig);
  });
  await rig.settled();
  await rig.judge();
  await assertNoneEnded(writers.slice(seed === 1 ? 1 : 0));
}

async function tokensEnd(t: TestContext, seed: number): Promise<void> {
  const kafka = await startSecuredKafka(t, {
    "listener.name.company.connections.max.reauth.ms": REAUTHENTICATED_AFTER_MS,
  });
  const { provider } = kafka;
  provider.lifetimeSeconds = TOKEN_SECONDS;
  const rig = await createOrderRig(t, "O38 token", seed, { kafka: waysOf(kafka, kafka.tokenLogin) });
  const writers = [await rig.start(), await rig.start()];
  await underLoad(rig, async () => {
    const before = provider.given();
    await until("new tokens of both", () => provider.given() >= before + 4);
    if (seed > 1) {
      provider.isAway = true;
      await until("writers without a valid token", async () =>
        (await Promise.all(writers.map(({ healthUrl }) => fetch(`${healthUrl}/health/ready`)))).every(
          ({ ok }) => !ok,
        ),
      );
      // A process that starts meanwhile does not end: nothing of ours is wrong.
      if (seed === 3) await writers[0]?.kill9();
      provider.isAway = false;
      if (seed === 3) await rig.start();
    }
    await more(rig);
  });
  await rig.settled();
  await rig.judge();
  await assertNoneEnded(writers.slice(seed === 3 ? 1 : 0));
}

/** All that happened was an outage to these. */
async function assertNoneEnded(writers: readonly RunningService[]): Promise<void> {
  for (const writer of writers)
    assert.equal(
      await writer.stop(),
      0,
      writer.lines.filter((line) => line.includes('"level":50')).join("\n"),
    );
}

/** Services come in as companies have it; whoever requests the orders is not what is tried here. */
const waysOf = (kafka: SecuredKafka, login: SecuredKafka["login"]) => ({
  login: (user: string) =>
    user === "admin" ? { KAFKA_BROKERS: `127.0.0.1:${kafka.ports.plain}` } : login(user),
  isOpen: true,
});

/** Requests orders of all tenants again and again until `work` is over. */
async function underLoad(rig: OrderRig, work: () => Promise<void>): Promise<void> {
  const load = repeatedly(ROUND_MS, async () => {
    for (const tenantId of ALL) await rig.request(tenantId, 1);
  });
  try {
    await work();
  } finally {
    await load.stop();
  }
}

/** Waits for orders beyond those that were sent so far. */
async function more(rig: OrderRig): Promise<void> {
  const before = rig.posts();
  await until("more orders", () => rig.posts() > before + 10);
}

/** As `kafka-configs --alter` does: connections of before keep the certificate that they saw. */
async function tellBroker(rig: OrderRig, { storeFile }: SecuredKafka): Promise<void> {
  await withAdmin(rig.world.kafka, (admin) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: BROKER,
          name: "1",
          configEntries: [{ name: "listener.name.company.ssl.keystore.location", value: storeFile }],
        },
      ],
    }),
  );
}

/** Kind of resource in Kafka's protocol. */
const BROKER = 4;

/** Who signed the certificate that new connections are shown. */
async function issuerOf(port: number): Promise<string | undefined> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  socket.once("error", reject).once("secureConnect", () => {
    const { CN } = socket.getPeerCertificate().issuer;
    resolve(Array.isArray(CN) ? CN[0] : CN);
  });
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}
