import type { IncomingHttpHeaders } from "node:http";
import { Agent, type Dispatcher } from "undici";

export type HttpRequest = {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For connecting, sending and the whole answer together, in milliseconds. */
  readonly timeoutMs: number;
  /** Gives the request up when it fires. */
  readonly signal?: AbortSignal;
};

/** Why nothing was sent. */
type NotSentReason =
  | "NAME_NOT_FOUND"
  | "CONNECTION_REFUSED"
  | "CONNECTION_FAILED"
  | "TLS_FAILED"
  | "NO_CONNECTION_IN_TIME"
  | "DEADLINE_PASSED"
  | "STOPPED";

/** Why there is no whole answer to what was, or may have been, sent. */
type LostReason = "TIMED_OUT" | "CONNECTION_LOST" | "ANSWER_TOO_LARGE" | "STOPPED";

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

/** @param limits answerBytes: largest answer; connections: at most, for each origin */
export function createHttp(limits: { readonly answerBytes: number; readonly connections: number }): Http {
  const agent = new Agent({
    connections: limits.connections,
    // One request at a time on a connection, HTTP/1.1: a request is on the wire or it is not, never in between.
    pipelining: 1,
    allowH2: false,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    // The deadline of the whole request covers both, a body that drips included.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    send: (request) =>
      new Promise((resolve) => dispatch(agent, request, new Exchange(limits.answerBytes, resolve))),
    close: () => agent.close(),
  };
}

function dispatch(agent: Agent, request: HttpRequest, exchange: Exchange): void {
  const { signal, url } = request;
  const stop = (): void => exchange.giveUp("STOPPED");
  const timer = setTimeout(() => exchange.giveUp("TIMED_OUT"), request.timeoutMs);
  exchange.atEnd = () => {
    clearTimeout(timer);
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

/** One request and its answer. Until undici begins to write it to a socket, it is certain that nothing left. */
class Exchange implements Dispatcher.DispatchHandler {
  atEnd: () => void = () => {};
  readonly #answerBytes: number;
  readonly #resolve: (result: HttpResult) => void;
  #controller: Dispatcher.DispatchController | null = null;
  #isSettled = false;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(answerBytes: number, resolve: (result: HttpResult) => void) {
    this.#answerBytes = answerBytes;
    this.#resolve = resolve;
  }

  giveUp(reason: "TIMED_OUT" | "STOPPED" | "ANSWER_TOO_LARGE"): void {
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
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    this.#status = status;
    this.#headers = headers;
    if (Number(headers["content-length"] ?? 0) > this.#answerBytes) this.giveUp("ANSWER_TOO_LARGE");
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#answerBytes) this.giveUp("ANSWER_TOO_LARGE");
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const body = Buffer.concat(this.#chunks, this.#bytes);
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
    this.atEnd();
    if (result.kind !== "answer") this.#chunks.length = 0;
    this.#resolve(result);
  }
}

/** Sources: Node's system errors and TLS error codes, undici's error codes. */
function notSentReason(error: Error): NotSentReason {
  const { code = "" } = error as NodeJS.ErrnoException;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "NAME_NOT_FOUND";
  if (code === "ECONNREFUSED") return "CONNECTION_REFUSED";
  if (code === "UND_ERR_CONNECT_TIMEOUT" || code === "ETIMEDOUT") return "NO_CONNECTION_IN_TIME";
  if (/CERT|_TLS_|_SSL_|EPROTO|SIGNATURE|UNABLE_TO_/.test(code)) return "TLS_FAILED";
  return "CONNECTION_FAILED";
}
