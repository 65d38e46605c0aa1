import { connect } from "node:net";

const ANSWER_WITHIN_MS = 1_000;
const METADATA_API_KEY = 3;
const METADATA_API_VERSION = 1;

/**
 * How many brokers a Kafka node sees as alive; 0 when it does not answer. An open port alone says little: a broker
 * that starts again after a kill refuses work until its old registration has expired.
 * Speaks Metadata v1 for no topics (Kafka protocol guide, "Metadata API").
 */
export async function countLiveBrokers(host: string, port: number): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const socket = connect({ host, port, timeout: ANSWER_WITHIN_MS });
  let received = Buffer.alloc(0);
  socket.once("connect", () => socket.write(metadataRequest()));
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    const count = brokerCount(received);
    if (count !== undefined) finish(count);
  });
  socket.once("timeout", () => finish(0));
  // Refused or reset: the broker is not there yet, which is the answer.
  socket.once("error", () => finish(0));
  socket.once("close", () => finish(0));
  function finish(count: number): void {
    resolve(count);
    socket.destroy();
  }
  return promise;
}

/** Size, then api key, api version, correlation id, null client id, and an empty list of topics. */
function metadataRequest(): Buffer {
  const request = Buffer.alloc(18);
  request.writeInt32BE(14, 0);
  request.writeInt16BE(METADATA_API_KEY, 4);
  request.writeInt16BE(METADATA_API_VERSION, 6);
  request.writeInt32BE(1, 8);
  request.writeInt16BE(-1, 12);
  request.writeInt32BE(0, 14);
  return request;
}

/** The answer starts with its size, the correlation id and the number of brokers, each 4 bytes. */
function brokerCount(received: Buffer): number | undefined {
  return received.length < 12 ? undefined : received.readInt32BE(8);
}
