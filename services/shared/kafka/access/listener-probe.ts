import { connect } from "node:net";
import { connect as connectTls } from "node:tls";

/** What a broker's port expects of who connects. */
export type Listener = { readonly isTls: boolean; readonly wantsLogin: boolean };

const ANSWER_WITHIN_MS = 1_500;

/**
 * Finds out what a port expects, for an error that says no more than that the connection was closed: a broker tells
 * nobody that the security protocol is not the one that it expects. Only what a broker says counts, never its silence:
 * it may be starting. Never throws.
 * @returns null when nothing on this port speaks Kafka, or not yet
 */
export async function probeListener(host: string, port: number): Promise<Listener | null> {
  for (const isTls of [false, true]) {
    const place = { host, port, isTls };
    // Who wants a login first answers this one alone.
    if ((await ask(place, API_VERSIONS_V0, NOTHING)) !== "answer") continue;
    const said = await ask(place, METADATA_V1, NO_TOPICS);
    if (said === "answer") return { isTls, wantsLogin: false };
    if (said === "closed") return { isTls, wantsLogin: true };
  }
  return null;
}

/** What came of a request: its answer, the end of the connection after it, or neither. */
type Said = "answer" | "closed" | "nothing";

function ask(
  { host, port, isTls }: { readonly host: string; readonly port: number; readonly isTls: boolean },
  [key, version]: readonly [number, number],
  body: Buffer,
): Promise<Said> {
  return new Promise((resolve) => {
    let isAsked = false;
    const send = (): void => {
      isAsked = true;
      socket.write(requestOf(key, version, body));
    };
    // Whose certificate it is does not matter here: nothing of ours is sent.
    const socket = isTls
      ? connectTls({ host, port, rejectUnauthorized: false, timeout: ANSWER_WITHIN_MS }, send)
      : connect({ host, port, timeout: ANSWER_WITHIN_MS }, send);
    const end = (said: () => Said) => () => {
      resolve(said());
      socket.destroy();
    };
    let received = Buffer.alloc(0);
    socket.on("data", (part) => {
      received = Buffer.concat([received, part]);
      if (received.length >= 8) end(() => (received.readInt32BE(4) === CORRELATION ? "answer" : "nothing"))();
    });
    socket.once(
      "timeout",
      end(() => "nothing"),
    );
    socket.once(
      "error",
      end(() => "nothing"),
    );
    socket.once(
      "close",
      end(() => (isAsked ? "closed" : "nothing")),
    );
  });
}

/** Api key and version (Kafka protocol guide). */
const METADATA_V1 = [3, 1] as const;
const NO_TOPICS = Buffer.alloc(4);
const API_VERSIONS_V0 = [18, 0] as const;
const NOTHING = Buffer.alloc(0);
/** Any number: an answer bears that of its request. */
const CORRELATION = 7_351;

/** Size, api key, api version, correlation id, a client id that is null, and the body. */
function requestOf(key: number, version: number, body: Buffer): Buffer {
  const head = Buffer.alloc(14);
  head.writeInt32BE(10 + body.length, 0);
  head.writeInt16BE(key, 4);
  head.writeInt16BE(version, 6);
  head.writeInt32BE(CORRELATION, 8);
  head.writeInt16BE(-1, 12);
  return Buffer.concat([head, body]);
}
