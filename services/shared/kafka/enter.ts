import { Failure, isFailure } from "../domain/failure.ts";
import { probeListener } from "./access/listener-probe.ts";
import type { KafkaAccess } from "./access/settings.ts";
import { type KafkaClient, withAdmin } from "./client.ts";

/**
 * Asks whether Kafka lets us in, before anything else is asked of it: a wrong setting is told as what it is, and is not
 * taken for an outage. @throws Failure KAFKA_ACCESS_REFUSED, KAFKA_UNAVAILABLE
 */
export async function enterKafka(
  client: KafkaClient,
  config: KafkaAccess & { readonly KAFKA_BROKERS: string },
): Promise<void> {
  try {
    await withAdmin(client, (admin) => admin.describeCluster());
  } catch (error) {
    if (!isFailure(error, "KAFKA_UNAVAILABLE")) throw error;
    throw (await protocolRefusal(config, error)) ?? error;
  }
}

/** A broker whose port expects another security protocol than ours closes the connection, as one that ends does. */
async function protocolRefusal(
  { KAFKA_BROKERS: brokers, KAFKA_SECURITY_PROTOCOL: ours }: KafkaAccess & { readonly KAFKA_BROKERS: string },
  error: Failure,
): Promise<Failure | null> {
  for (const broker of brokers.split(",")) {
    const [host = "", port] = broker.split(":");
    const listener = await probeListener(host, Number(port));
    if (listener === null) continue;
    const theirs = `${listener.wantsLogin ? "SASL_" : ""}${listener.isTls ? "SSL" : "PLAINTEXT"}`;
    if (theirs === ours) return null;
    return new Failure(
      "KAFKA_ACCESS_REFUSED",
      `KAFKA_SECURITY_PROTOCOL is ${ours}, but ${broker} speaks ${theirs}; set KAFKA_SECURITY_PROTOCOL or KAFKA_BROKERS.`,
      error,
    );
  }
  return null;
}
