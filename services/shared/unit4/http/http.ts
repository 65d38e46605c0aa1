import type { IncomingHttpHeaders } from "node:http";
import { Agent, type Dispatcher } from "undici";
import { freeYoungGarbage } from "./young-garbage.ts";

export type HttpRequest = {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For connecting, sending and the whole answer together, in milliseconds. */
  readonly timeoutMs: number;
  /** The answer has to begin so soon after the request began to leave, in milliseconds; else it is `lost`, SILENT. */
  readonly beginsWithinMs?: number;
  /**
   * Over a new connection, which is ended afterwards: a kept one may be closed by the server at this very moment (F35),
   * or have died without a word (case O57).
   */
  readonly isAlone?: boolean;
  /** Longest time without a byte of the answer, in milliseconds. */
  readonly silenceMs?: number;
  /** Asked once, where the answer grows large; it is read on when this resolves, and the time does not count meanwhile. */
  readonly mayGrow?: () => Promise<void>;
  /** Gives the request up when it fires. */
  readonly signal?: AbortSignal;
};

/** Why nothing was sent. */
type NotSentReason =
  | "NAME_NOT_FOUND"
  | "CONNECTION_REFUSED"
  | "CONNECTION_FAILED"
  | "CERTIFICATE_EXPIRED"
  | "CERTIFICATE_REFUSED"
  | "TLS_FAILED"
  | "NO_CONNECTION_IN_TIME"
  | "DEADLINE_PASSED"
  | "STOPPED";

/** Why there is no whole answer to what was, or may have been, sent. */
type LostReason = "TIMED_OUT" | "SILENT" | "CONNECTION_LOST" | "ANSWER_TOO_LARGE" | "STOPPED";

export type HttpAnswer = {
  readonly kind: "answer";
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

/** What came of a request. Only `not-sent` is certain that the server saw none of it. */
export type HttpResult =
  | HttpAnswer
  | { readonly kind: "not-sent"; readonly reason: NotSentReason }
  | { readonly kind: "lost"; readonly reason: LostReason };

export type Http = {
  /** Sends one request once: no repeats, no redirects. Never throws for what the network does. */
  send(request: HttpRequest): Promise<HttpResult>;
  close(): Promise<void>;
};

/** Connecting takes longer than this only where nothing answers. */
const CONNECT_TIMEOUT_MS = 10_000;
/** An answer of more bytes is large. */
const LARGE_BYTES = 2 * 1024 * 1024;

/** Of a large answer: so many bytes have been copied before their pieces are freed. */
const FREED_EVERY_BYTES = 8 * 1024 * 1024;

/** A connection on which nobody speaks is asked after so long whether its other end is there. */
const KEEP_ALIVE_MS = 5_000;

/** @param limits answerBytes: largest answer; connections: kept and alone, so many at most of each, for each origin */
export function createHttp(limits: { readonly answerBytes: number; readonly connections: number }): Http {
  // HTTP/1.1, one request at a time on a connection: a request is on the wire or it is not, never in between.
  const [kept, alone] = [agentOf(limits.connections, 1), agentOf(limits.connections, 0)];
  return {
    send: (request) =>
      new Promise((resolve) => {
        const exchange = new Exchange(limits.answerBytes, request.beginsWithinMs, resolve);
        dispatch(request.isAlone ? alone : kept, request, exchange);
      }),
    close: async () => {
      await Promise.all([kept.close(), alone.close()]);
    },
  };
}

/** @param pipelining 0 ends each connection after its request */
const agentOf = (connections: number, pipelining: 0 | 1): Agent =>
  new Agent({
    connections,
    pipelining,
    allowH2: false,
    connect: { timeout: CONNECT_TIMEOUT_MS, keepAliveInitialDelay: KEEP_ALIVE_MS },
    // The deadline of the whole request covers both, a body that drips included.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

function dispatch(agent: Agent, request: HttpRequest, exchange: Exchange): void {
  const { signal, url } = request;
  const stop = (): void => exchange.giveUp("STOPPED");
  const timers = startTimers(request, () => exchange.giveUp("TIMED_OUT"));
  exchange.timers = timers;
  exchange.mayGrow = request.mayGrow ?? null;
  exchange.atEnd = () => {
    timers.stop();
    signal?.removeEventListener("abort", stop);
  };
  if (signal?.aborted) {
    stop();
    return;
  }
  signal?.addEventListener("abort", stop, { once: true });
  agent.dispatch(
    {
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: { ...request.headers },
      body: request.body ?? null,
    },
    exchange,
  );
}

/** The limits on the whole time and on silence; neither runs while the answer waits for us. */
function startTimers({ timeoutMs, silenceMs }: HttpRequest, onTimeout: () => void) {
  let leftMs = timeoutMs;
  let startedAt = performance.now();
  const start = (ms: number | undefined): NodeJS.Timeout | undefined =>
    ms === undefined ? undefined : setTimeout(onTimeout, ms);
  let [whole, silence] = [start(leftMs), start(silenceMs)];
  const stop = (): void => {
    clearTimeout(whole);
    clearTimeout(silence);
  };
  return {
    stop,
    bytesCame: (): void => {
      silence?.refresh();
    },
    pause: (): void => {
      stop();
      leftMs -= performance.now() - startedAt;
    },
    resume: (): void => {
      startedAt = performance.now();
      [whole, silence] = [start(Math.max(1, leftMs)), start(silenceMs)];
    },
  };
}

/** One request and its answer. Until undici begins to write it to a socket, it is certain that nothing left. */
class Exchange implements Dispatcher.DispatchHandler {
  atEnd: () => void = () => {};
  timers: ReturnType<typeof startTimers> | null = null;
  mayGrow: (() => Promise<void>) | null = null;
  readonly #answerBytes: number;
  readonly #beginsWithinMs: number | undefined;
  readonly #resolve: (result: HttpResult) => void;
  #controller: Dispatcher.DispatchController | null = null;
  #isSettled = false;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #silence: NodeJS.Timeout | undefined;
  /** In place of the chunks once the answer is large: memory is taken as it is written to, and never twice. */
  #large: Buffer | null = null;

  constructor(
    answerBytes: number,
    beginsWithinMs: number | undefined,
    resolve: (result: HttpResult) => void,
  ) {
    this.#answerBytes = answerBytes;
    this.#beginsWithinMs = beginsWithinMs;
    this.#resolve = resolve;
  }

  giveUp(reason: "TIMED_OUT" | "SILENT" | "STOPPED" | "ANSWER_TOO_LARGE"): void {
    const controller = this.#controller;
    if (controller !== null) this.#settle({ kind: "lost", reason });
    else this.#settle({ kind: "not-sent", reason: reason === "STOPPED" ? reason : "NO_CONNECTION_IN_TIME" });
    controller?.abort(new Error(reason));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Given up while it waited for a connection; or undici is about to send it a second time, after a socket that
    // ended in between: never, a POST could be stored twice.
    if (this.#isSettled || this.#controller !== null) {
      this.#settle({ kind: "lost", reason: "CONNECTION_LOST" });
      controller.abort(new Error("given up"));
      return;
    }
    this.#controller = controller;
    if (this.#beginsWithinMs !== undefined)
      this.#silence = setTimeout(() => this.giveUp("SILENT"), this.#beginsWithinMs);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    clearTimeout(this.#silence);
    this.timers?.bytesCame();
    this.#status = status;
    this.#headers = headers;
    const announced = Number(headers["content-length"] ?? 0);
    if (announced > this.#answerBytes) this.giveUp("ANSWER_TOO_LARGE");
    else if (announced > LARGE_BYTES) this.#grow(controller);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.timers?.bytesCame();
    this.#bytes += chunk.length;
    if (this.#bytes > this.#answerBytes) this.giveUp("ANSWER_TOO_LARGE");
    else if (this.#large === null) this.#chunks.push(chunk);
    else this.#copy(chunk, this.#large);
    if (this.#large === null && this.#bytes > LARGE_BYTES) this.#grow(controller);
  }

  #copy(chunk: Buffer, large: Buffer): void {
    const before = this.#bytes - chunk.length;
    chunk.copy(large, before);
    if (Math.floor(before / FREED_EVERY_BYTES) !== Math.floor(this.#bytes / FREED_EVERY_BYTES))
      freeYoungGarbage();
  }

  /** Waits until this answer may grow; what has come until then stays as it is. */
  #grow(controller: Dispatcher.DispatchController): void {
    const { mayGrow } = this;
    if (mayGrow === null || this.#isSettled) return;
    this.mayGrow = null;
    controller.pause();
    this.timers?.pause();
    void mayGrow().then(() => {
      if (this.#isSettled) return;
      this.#large = Buffer.allocUnsafeSlow(this.#answerBytes);
      let end = 0;
      for (const chunk of this.#chunks.splice(0)) end += chunk.copy(this.#large, end);
      this.timers?.resume();
      controller.resume();
    });
  }

  onResponseEnd(): void {
    const body = this.#large?.subarray(0, this.#bytes) ?? Buffer.concat(this.#chunks, this.#bytes);
    this.#settle({ kind: "answer", status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#settle(
      this.#controller === null
        ? { kind: "not-sent", reason: notSentReason(error) }
        : { kind: "lost", reason: "CONNECTION_LOST" },
    );
  }

  #settle(result: HttpResult): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    clearTimeout(this.#silence);
    this.atEnd();
    if (result.kind !== "answer") this.#chunks.length = 0;
    this.#large = null;
    this.#resolve(result);
  }
}

/** Sources: Node's system errors and TLS error codes, undici's error codes. */
function notSentReason(error: Error): NotSentReason {
  const { code = "" } = error as NodeJS.ErrnoException;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "NAME_NOT_FOUND";
  if (code === "ECONNREFUSED") return "CONNECTION_REFUSED";
  if (code === "UND_ERR_CONNECT_TIMEOUT" || code === "ETIMEDOUT") return "NO_CONNECTION_IN_TIME";
  if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID") return "CERTIFICATE_EXPIRED";
  if (/CERT|SIGNATURE|UNABLE_TO_|HOSTNAME_MISMATCH/.test(code)) return "CERTIFICATE_REFUSED";
  if (/_TLS_|_SSL_|EPROTO/.test(code)) return "TLS_FAILED";
  return "CONNECTION_FAILED";
}
