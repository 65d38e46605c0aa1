/** Faults of kafkajs 2.2.4, mended where they are. Import once, before any client. */
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import { read, readNumber } from "../../domain/varint.ts";
import { recordsOf } from "../fetched/record-batches.ts";

type SocketRequest = { timeoutRequest(): void };

type RequestQueue = {
  throttledUntil: number;
  readonly pending: readonly unknown[];
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
  createSocketRequest(pushed: unknown): SocketRequest;
  /** Ours: the connection's way to learn of a request without an answer. */
  onSilence?: () => void;
};

type Connection = {
  /** host:port */
  readonly broker: string;
  readonly requestTimeout: number;
  readonly socket: Socket | undefined;
  readonly requestQueue: RequestQueue;
  /** Milliseconds for which a login holds, as the broker said; 0 for ever. */
  readonly sessionLifetime: { toNumber(): number };
  /** So many milliseconds before the end of a login another one is brought. */
  reauthenticationThreshold: number;
  isAuthenticated(): boolean;
  connect(): Promise<boolean>;
  disconnect(): Promise<boolean>;
};

/** Pause before pending requests are looked at again when no throttling applies, in milliseconds. */
const CHECK_AGAIN_MS = 10;

/** Before the end of a login that holds long enough. */
const LOGS_IN_AGAIN_MS = 10_000;

const load = createRequire(import.meta.url);
const queue = (load("kafkajs/src/network/requestQueue") as { readonly prototype: RequestQueue }).prototype;
const connection = (load("kafkajs/src/network/connection") as { readonly prototype: Connection }).prototype;

/**
 * It re-arms a timer with a negative delay on every connection even when nothing is pending: about 900 wake-ups a
 * second for each idle connection (tulios/kafkajs #1751, unmerged).
 */
queue.scheduleCheckPendingRequests = function (this: RequestQueue): void {
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
  const waitMs = this.throttledUntil - Date.now();
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    waitMs > 0 ? waitMs : CHECK_AGAIN_MS,
  );
};

/**
 * A request without an answer in time is given up, but its connection is kept, and each later request is sent into the
 * same silence (case O57). Such a connection is ended: its requests fail, and the next one connects anew.
 */
const { createSocketRequest } = queue;
queue.createSocketRequest = function (this: RequestQueue, pushed: unknown): SocketRequest {
  const request = createSocketRequest.call(this, pushed);
  const giveUp = request.timeoutRequest;
  request.timeoutRequest = () => {
    giveUp.call(request);
    this.onSilence?.();
  };
  return request;
};

/** Connections that are open, and when each heard something last, in milliseconds since 1970 UTC. */
const heardAt = new Map<Connection, number>();

const { connect, disconnect } = connection;
connection.connect = function (this: Connection): Promise<boolean> {
  this.requestQueue.onSilence = () => endSilentOnes(this);
  const connected = connect.call(this);
  heardAt.set(this, Date.now());
  this.socket?.on("data", () => heardAt.set(this, Date.now())).on("close", () => heardAt.delete(this));
  return connected;
};

/** What swallowed one connection to a broker swallowed the others: they are not tried one after the other. */
function endSilentOnes(silent: Connection): void {
  const since = Date.now() - silent.requestTimeout;
  for (const [other, heard] of heardAt)
    if (other === silent || (other.broker === silent.broker && heard < since))
      other.socket?.destroy(new Error("no answer in time"));
}

/**
 * An ended socket that cannot say goodbye lives on, and one that connects after its time-out passes for the new one.
 */
connection.disconnect = async function (this: Connection): Promise<boolean> {
  const ended = this.socket;
  const result = await disconnect.call(this);
  if (ended?.connecting) ended.destroy();
  else ended?.destroySoon();
  return result;
};

type Decoder = {
  readInt32(): number;
  canReadBytes(length: number): boolean;
  readBytes(length: number): Buffer;
};

/**
 * It unpacks whatever a batch says without limit, and a batch that it cannot unpack ends the consumer (case O55). Its
 * own reader of records is replaced; the modules that use it are loaded at the first fetch.
 */
const reader = load.resolve("kafkajs/src/protocol/requests/fetch/v4/decodeMessages");
load(reader);
const loaded = load.cache[reader];
if (loaded === undefined) throw new Error("kafkajs has no reader of records; was it updated?");
loaded.exports = async (decoder: Decoder) => {
  const length = decoder.readInt32();
  return length > 0 && decoder.canReadBytes(length) ? recordsOf(decoder.readBytes(length)) : [];
};

/**
 * It logs in again 10 s before the end of a login. One that holds for less, as with a token of which little is left, is then
 * renewed before each request, which a broker refuses within a second (ILLEGAL_SASL_STATE): the consumer would end for good.
 */
const { isAuthenticated } = connection;
connection.isAuthenticated = function (this: Connection): boolean {
  const lifeMs = this.sessionLifetime.toNumber();
  this.reauthenticationThreshold = Math.min(LOGS_IN_AGAIN_MS, Math.floor(lifeMs / 2));
  return isAuthenticated.call(this);
};

type Authenticator = { readonly connection: Connection; authenticate(): Promise<void> };

/**
 * A login that fails half way, as when no token could be fetched, leaves its connection there: the next one on it is refused as out of
 * order (ILLEGAL_SASL_STATE), and the consumer ends for good. Such a connection is ended, too.
 */
const authenticator = (load("kafkajs/src/broker/saslAuthenticator") as { readonly prototype: Authenticator })
  .prototype;
const { authenticate } = authenticator;
authenticator.authenticate = async function (this: Authenticator): Promise<void> {
  try {
    await authenticate.call(this);
  } catch (error) {
    this.connection.socket?.destroy(new Error("the login failed"));
    throw error;
  }
};

type Encoder = {
  readonly buffer: Buffer;
  writeVarInt(value: number): Encoder;
  writeBuffer(bytes: Buffer): Encoder;
};
type EncodeRecord = (record: { readonly headerBytes?: Buffer }) => Encoder;

/**
 * Its headers are an object of texts: a name that comes again loses its place among the others, and one that is not UTF-8 its bytes (case
 * O42). A record that brings its headers packed is written as it would write one without any, which ends in their number, 0: they take
 * its place.
 */
const writer = load.resolve("kafkajs/src/protocol/recordBatch/record/v0");
const encodeRecord = load(writer) as EncodeRecord;
const written = load.cache[writer];
if (written === undefined) throw new Error("kafkajs has no writer of records; was it updated?");
const Encoders = load("kafkajs/src/protocol/encoder") as new () => Encoder;
written.exports = ({ headerBytes, ...record }: Parameters<EncodeRecord>[0]) => {
  const encoded = encodeRecord(record);
  if (headerBytes === undefined) return encoded;
  const { buffer } = encoded;
  if (!readNumber(buffer, 0)) throw new Error("kafkajs writes records otherwise; was it updated?");
  const body = buffer.subarray(read.next, -1);
  return new Encoders()
    .writeVarInt(body.length + headerBytes.length)
    .writeBuffer(Buffer.concat([body, headerBytes]));
};
