import { connect } from "node:net";
import { connect as connectTls } from "node:tls";

/** What a broker's port expects of who connects. */
export type Listener = { readonly isTls: boolean; readonly wantsLogin: boolean };

const ANSWER_WITHIN_MS = 1_500;

/**
 * Finds out what a port expects, for an error that says no more than that the connection was closed: a broker tells
 * nobody that the security protocol is not the one that it expects. Never throws.
 * @returns null when nothing on this port speaks Kafka
 */
export async function probeListener(host: string, port: number): Promise<Listener | null> {
  const isTls = await isAnswered({ host, port, isTls: true }, null);
  if (await isAnswered({ host, port, isTls }, requestOf(METADATA_V1, NO_TOPICS)))
    return { isTls, wantsLogin: false };
  // Who wants a login first answers this one alone.
  if (await isAnswered({ host, port, isTls }, requestOf(API_VERSIONS_V0, NOTHING)))
    return { isTls, wantsLogin: true };
  return null;
}

/** Whether an answer comes to a request; without one, whether the connection itself comes about. */
function isAnswered(
  { host, port, isTls }: { readonly host: string; readonly port: number; readonly isTls: boolean },
  request: Buffer | null,
): Promise<boolean> {
  return new Promise((resolve) => {
    const ask = (): void => {
      if (request === null) end(true)();
      else socket.write(request);
    };
    // Whose certificate it is does not matter here: nothing of ours is sent.
    const socket = isTls
      ? connectTls({ host, port, rejectUnauthorized: false, timeout: ANSWER_WITHIN_MS }, ask)
      : connect({ host, port, timeout: ANSWER_WITHIN_MS }, ask);
    const end = (isOne: boolean) => () => {
      resolve(isOne);
      socket.destroy();
    };
    socket.once("data", end(true));
    for (const event of ["error", "timeout", "close"]) socket.once(event, end(false));
  });
}

/** Api key and version (Kafka protocol guide). */
const METADATA_V1 = [3, 1] as const;
const NO_TOPICS = Buffer.alloc(4);
const API_VERSIONS_V0 = [18, 0] as const;
const NOTHING = Buffer.alloc(0);

/** Size, api key, api version, correlation id, a client id that is null, and the body. */
function requestOf([key, version]: readonly [number, number], body: Buffer): Buffer {
  const head = Buffer.alloc(14);
  head.writeInt32BE(10 + body.length, 0);
  head.writeInt16BE(key, 4);
  head.writeInt16BE(version, 6);
  head.writeInt32BE(1, 8);
  head.writeInt16BE(-1, 12);
  return Buffer.concat([head, body]);
}
