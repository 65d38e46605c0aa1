import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { createHttp, type Http, type HttpRequest } from "../../../../services/shared/unit4/http/http.ts";
import { AUTHORITY, CERTIFICATES, SERVER_KEY } from "../../../support/certificates.ts";

const CAP_BYTES = 10_000;

function httpOf(t: TestContext, connections = 4): Http {
  const http = createHttp({ answerBytes: CAP_BYTES, connections });
  t.after(() => http.close());
  return http;
}

async function listen(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server of raw sockets. */
async function listenRaw(t: TestContext, onSocket: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const post = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: "POST",
  url: new URL(url),
  headers: { accept: "application/json" },
  body: "{}",
  timeoutMs: 5_000,
  ...more,
});

test("F43: what cannot have left is not sent: no name, no listener, no TLS", async (t) => {
  const http = httpOf(t);
  assert.deepEqual(await http.send(post("http://unit4.invalid/")), {
    kind: "not-sent",
    reason: "NAME_NOT_FOUND",
  });
  assert.deepEqual(await http.send(post("http://127.0.0.1:1/")), {
    kind: "not-sent",
    reason: "CONNECTION_REFUSED",
  });
  const plain = await listen(t, (_request, response) => response.end("[]"));
  const overTls = await http.send(post(plain.replace("http:", "https:")));
  assert.deepEqual(overTls, { kind: "not-sent", reason: "TLS_FAILED" });
});

test("F35: a connection that ends after the first byte loses the answer, and the request is sent once only", async (t) => {
  let requests = 0;
  const url = await listenRaw(t, (socket) =>
    socket.on("data", () => {
      requests += 1;
      socket.resetAndDestroy();
    }),
  );
  const http = httpOf(t);
  assert.deepEqual(await http.send(post(url)), { kind: "lost", reason: "CONNECTION_LOST" });
  assert.deepEqual(await http.send(post(url, { method: "GET" })), {
    kind: "lost",
    reason: "CONNECTION_LOST",
  });
  assert.equal(requests, 2);
});

test("F35: a server that closes a kept connection as the next request comes in loses that one, without a repeat", async (t) => {
  let requests = 0;
  const url = await listenRaw(t, (socket) =>
    socket.on("data", () => {
      requests += 1;
      if (requests === 1) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]");
      else socket.end();
    }),
  );
  const http = httpOf(t, 1);
  assert.equal((await http.send(post(url))).kind, "answer");
  assert.deepEqual(await http.send(post(url)), { kind: "lost", reason: "CONNECTION_LOST" });
  assert.equal(requests, 2);
});

test("F33: half a body is no answer", async (t) => {
  const url = await listenRaw(t, (socket) =>
    socket.on("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[1,2")),
  );
  assert.deepEqual(await httpOf(t).send(post(url)), { kind: "lost", reason: "CONNECTION_LOST" });
});

test("F39: the deadline covers silence, endless headers and a body that drips", async (t) => {
  const drip = (socket: Socket, first: string): void => {
    socket.write(first);
    const timer = setInterval(() => socket.write("x"), 20);
    socket.on("close", () => clearInterval(timer));
  };
  const http = httpOf(t);
  for (const first of ["", "HTTP/1.1 200 OK\r\nx-", "HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\n["]) {
    const url = await listenRaw(t, (socket) =>
      socket.on("data", () => (first === "" ? undefined : drip(socket, first))),
    );
    assert.deepEqual(await http.send(post(url, { timeoutMs: 300 })), { kind: "lost", reason: "TIMED_OUT" });
  }
});

test("F39: an answer above the cap is given up, whether it says so beforehand or not", async (t) => {
  const http = httpOf(t);
  const announced = await listen(t, (_request, response) => response.end(Buffer.alloc(CAP_BYTES + 1)));
  assert.deepEqual(await http.send(post(announced)), { kind: "lost", reason: "ANSWER_TOO_LARGE" });
  const streamed = await listen(t, (_request, response) => {
    response.write("[");
    const timer = setInterval(() => response.write(Buffer.alloc(1_000)), 1);
    response.on("close", () => clearInterval(timer));
  });
  assert.deepEqual(await http.send(post(streamed)), { kind: "lost", reason: "ANSWER_TOO_LARGE" });
});

test("F39: a request that finds no free connection before its deadline was never sent", async (t) => {
  let requests = 0;
  const url = await listen(t, () => {
    requests += 1;
  });
  const http = httpOf(t, 1);
  const first = http.send(post(url, { timeoutMs: 400 }));
  const second = await http.send(post(url, { timeoutMs: 100 }));
  assert.deepEqual(second, { kind: "not-sent", reason: "NO_CONNECTION_IN_TIME" });
  assert.deepEqual(await first, { kind: "lost", reason: "TIMED_OUT" });
  assert.equal((await http.send(post(url, { timeoutMs: 200 }))).kind, "lost");
  assert.equal(requests, 2);
});

test("F43: a redirect is an answer; nobody follows it", async (t) => {
  let elsewhere = 0;
  const target = await listen(t, (_request, response) => {
    elsewhere += 1;
    response.end();
  });
  const url = await listen(t, (_request, response) => response.writeHead(307, { location: target }).end());
  const result = await httpOf(t).send(post(url));
  assert.equal(result.kind === "answer" ? result.status : result.kind, 307);
  assert.equal(elsewhere, 0);
});

test("F06: a signal ends a request, also one that had not begun", async (t) => {
  const url = await listen(t, () => {});
  const http = httpOf(t);
  const stopping = new AbortController();
  const running = http.send(post(url, { signal: stopping.signal }));
  setImmediate(() => stopping.abort());
  const result = await running;
  assert.equal("reason" in result ? result.reason : result.kind, "STOPPED");
  const late = await http.send(post(url, { signal: stopping.signal }));
  assert.deepEqual(late, { kind: "not-sent", reason: "STOPPED" });
});

test("O05: paths and bodies arrive byte for byte", async (t) => {
  const seen: string[] = [];
  const url = await listen(t, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    seen.push(`${request.method} ${request.url} ${Buffer.concat(chunks).toString("utf8")}`);
    response.end("[]");
  });
  const result = await httpOf(t).send(
    post(`${url}/ProductInfo/KB16!_2F2-BR?$top=2`, { body: '{"naam":"Café ü"}' }),
  );
  assert.equal(result.kind, "answer");
  assert.deepEqual(seen, ['POST /ProductInfo/KB16!_2F2-BR?$top=2 {"naam":"Café ü"}']);
});

test("O57: an answer that does not begin in time is silence; one that began may take longer", async (t) => {
  const http = httpOf(t);
  const silent = await listen(t, () => {});
  assert.deepEqual(await http.send(post(silent, { beginsWithinMs: 100 })), {
    kind: "lost",
    reason: "SILENT",
  });
  const slow = await listen(t, (_request, response) => {
    response.write("[");
    setTimeout(() => response.end("]"), 300);
  });
  assert.equal((await http.send(post(slow, { beginsWithinMs: 100 }))).kind, "answer");
});

test("O57, F35: a request of its own never meets a kept connection, and leaves none", async (t) => {
  const sockets = new Set<unknown>();
  const url = await listen(t, (request, response) => {
    sockets.add(request.socket);
    response.end("[]");
  });
  const http = httpOf(t, 1);
  for (const isAlone of [false, false, true, true, false])
    assert.equal((await http.send(post(url, { isAlone }))).kind, "answer");
  // Three kept ones share a connection, the two others have their own.
  assert.equal(sockets.size, 3);
});

test("F43: a certificate that has expired, is another's or nobody's is told as that, and nothing is sent", async (t) => {
  const usual = getCACertificates();
  setDefaultCACertificates([...usual, AUTHORITY]);
  t.after(() => setDefaultCACertificates(usual));
  let requests = 0;
  const server = createTlsServer({ key: SERVER_KEY, cert: CERTIFICATES.good }, (_request, response) => {
    requests += 1;
    response.end("[]");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = httpOf(t);
  const resultWith = async (name: keyof typeof CERTIFICATES) => {
    server.setSecureContext({ key: SERVER_KEY, cert: CERTIFICATES[name] });
    return http.send(post(url, { isAlone: true }));
  };
  assert.deepEqual(await resultWith("expired"), { kind: "not-sent", reason: "CERTIFICATE_EXPIRED" });
  assert.deepEqual(await resultWith("another name"), { kind: "not-sent", reason: "CERTIFICATE_REFUSED" });
  assert.equal(requests, 0);
  assert.equal((await resultWith("good")).kind, "answer");
  setDefaultCACertificates(usual);
  assert.deepEqual(await resultWith("good"), { kind: "not-sent", reason: "CERTIFICATE_REFUSED" });
  assert.equal(requests, 1);
});

test("O54: a request may have a limit on silence, before the answer and within it; what keeps coming is waited for", async (t) => {
  const http = httpOf(t);
  const silent = await listen(t, () => {});
  const halfway = await listen(t, (_request, response) => {
    response.write("[");
  });
  const steady = await listen(t, (_request, response) => {
    let parts = 0;
    const timer = setInterval(() => {
      response.write(" ");
      parts += 1;
      if (parts === 12) {
        clearInterval(timer);
        response.end("[]");
      }
    }, 50);
  });
  const limit = { timeoutMs: 60_000, silenceMs: 300 };
  for (const url of [silent, halfway])
    assert.deepEqual(await http.send(post(url, limit)), { kind: "lost", reason: "TIMED_OUT" });
  assert.equal((await http.send(post(steady, limit))).kind, "answer");
});

test("O56: a large answer waits until it may grow, its time stands still meanwhile, and it comes whole", async (t) => {
  const http = createHttp({ answerBytes: 16 * 1024 * 1024, connections: 4 });
  t.after(() => http.close());
  const body = Buffer.alloc(6 * 1024 * 1024, "0123456789abcdef");
  const announced = await listen(t, (_request, response) => {
    response.setHeader("content-length", body.length);
    response.end(body);
  });
  const chunked = await listen(t, (_request, response) => {
    for (let at = 0; at < body.length; at += 100_000) response.write(body.subarray(at, at + 100_000));
    response.end();
  });
  for (const url of [announced, chunked]) {
    const { promise: mayGrow, resolve: grow } = Promise.withResolvers<void>();
    let asked = 0;
    const sent = http.send(
      post(url, {
        timeoutMs: 2_000,
        silenceMs: 1_000,
        mayGrow: () => {
          asked += 1;
          setTimeout(grow, 2_500);
          return mayGrow;
        },
      }),
    );
    const answer = await sent;
    assert.equal(asked, 1);
    assert.ok(answer.kind === "answer");
    assert.ok(answer.body.equals(body));
  }
});
