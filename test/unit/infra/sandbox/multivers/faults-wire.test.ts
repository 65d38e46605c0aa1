import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import type { FaultRuleInput } from "../../../../../infra/sandbox/multivers/faults/fault-rule.ts";
import { until } from "../../../../support/until.ts";
import { BOS, LINDE, linde, type Started, startMultivers } from "./start.ts";

const ORDER = {
  customerId: "10001",
  orderDate: "25-11-2026",
  paymentConditionId: "14",
  reference: "WB-2026-000173",
};

test("F33: each answer of a fault goes out as written, with and without the order being stored", async (t) => {
  const started = await startMultivers(t);
  const { postOrder, multivers } = started;
  for (const [effect, status, type, text] of [
    [{ kind: "answer", status: 500, body: { Message: "Fout" } }, 500, /json/, /"Fout"/],
    [
      { kind: "answer", status: 502, headers: { "content-type": "text/plain" }, body: "Bad" },
      502,
      /plain/,
      /^Bad$/,
    ],
    [{ kind: "html" }, 200, /html/, /<h1>/],
    [{ kind: "empty" }, 200, /^$/, /^$/],
    [{ kind: "unauthorized" }, 401, /json/, /denied/],
    [{ kind: "rate-limited", retryAfter: "17" }, 429, /json/, /Too many/],
    [{ kind: "rate-limited" }, 429, /json/, /Too many/],
    [{ kind: "pass", delayMs: 1 }, 200, /json/, /orderId/],
  ] as const)
    for (const commit of [false, true]) {
      const before = orderCount(started);
      multivers.faults.set([{ id: "a", commit, effect }]);
      const reply = await postOrder(ORDER);
      const what = `${effect.kind}, commit ${commit}`;
      assert.equal(reply.status, status, what);
      assert.match(reply.headers.get("content-type") ?? "", type, what);
      assert.match(reply.text, text, what);
      const retryAfter = effect.kind === "rate-limited" && "retryAfter" in effect ? effect.retryAfter : null;
      assert.equal(reply.headers.get("retry-after"), retryAfter, what);
      const isStored = commit || effect.kind === "pass";
      assert.equal(orderCount(started) - before, isStored ? 1 : 0, what);
    }
});

test("F38: bytes that are no text go out as they are", async (t) => {
  const { call, multivers } = await startMultivers(t);
  const effect = {
    kind: "answer",
    status: 200,
    headers: { "content-encoding": "gzip", "content-type": "application/json" },
    bodyBase64: gzipSync('[{"customerId":"17"}]').toString("base64"),
  } as const;
  multivers.faults.set([{ id: "packed", effect }]);
  assert.deepEqual((await call(linde("CustomerInfoList"))).json, [{ customerId: "17" }]);
});

test("F35: a reset without bytes comes before the head, whether the order is stored or not", async (t) => {
  const started = await startMultivers(t);
  for (const [commit, orders] of [
    [false, 0],
    [true, 1],
  ] as const) {
    started.multivers.faults.set([{ id: "a", commit, effect: { kind: "reset" } }]);
    const got = await rawOrder(started).done;
    assert.deepEqual([got.text, got.end], ["", "ECONNRESET"]);
    assert.equal(orderCount(started), orders);
  }
  assert.deepEqual(
    started.multivers.audit.requests().map(({ outcome, status }) => [outcome, status]),
    [
      ["reset", null],
      ["reset", null],
    ],
  );
});

test("F33: a reset after bytes comes behind the head and exactly so much of the body", async (t) => {
  const started = await startMultivers(t);
  for (const afterBytes of [0, 25]) {
    started.multivers.faults.set([{ id: "a", commit: true, effect: { kind: "reset", afterBytes } }]);
    const got = await rawOrder(started).done;
    assert.match(got.head, /^HTTP\/1\.1 200 /);
    assert.deepEqual([got.body.length, got.end], [afterBytes, "ECONNRESET"]);
  }
  assert.equal(orderCount(started), 2);
});

test("F33: a cut body announces its whole length and closes in an orderly way before the end", async (t) => {
  const started = await startMultivers(t);
  const { multivers, call } = started;
  for (const [bytes, commit] of [
    [30, true],
    [1_000_000, true],
    [5, false],
  ] as const) {
    multivers.faults.set([{ id: "a", commit, effect: { kind: "cut-body", bytes } }]);
    const got = await rawOrder(started).done;
    const announced = Number(/content-length: (\d+)/i.exec(got.head)?.[1]);
    assert.equal(got.end, "end");
    assert.equal(got.body.length, Math.min(bytes, announced - 1));
  }
  assert.equal(orderCount(started), 2);
  await assert.rejects(call(linde("CustomerInfoList")), TypeError);
  assert.deepEqual(new Set(multivers.audit.requests().map(({ outcome }) => outcome)), new Set(["cut"]));
});

test("F31: while a request hangs nothing comes, the order may be stored, and a client that leaves is on record", async (t) => {
  const started = await startMultivers(t);
  const { multivers } = started;
  multivers.faults.set([{ id: "hang", commit: true, effect: { kind: "hang", ms: 3_600_000 } }]);
  const hanging = rawOrder(started);
  await until("the order", () => multivers.audit.commits().length === 1);
  assert.equal(multivers.audit.requests()[0]?.outcome, null);
  assert.equal(hanging.received(), "");
  hanging.leave();
  const ended = await until("the end", () =>
    multivers.audit.requests().find(({ outcome }) => outcome !== null),
  );
  assert.deepEqual([ended.outcome, ended.status, ended.fault], ["abandoned", null, "hang"]);
});

test("F31: a hang ends in a reset", async (t) => {
  const started = await startMultivers(t);
  started.multivers.faults.set([{ id: "hang", effect: { kind: "hang", ms: 20 } }]);
  const got = await rawOrder(started).done;
  assert.deepEqual([got.text, got.end, orderCount(started)], ["", "ECONNRESET", 0]);
});

test("F32: a late commit answers now and stores the order so much later", async (t) => {
  const started = await startMultivers(t);
  const { multivers, postOrder } = started;
  const late = (answer: object, commitAfterMs = 150) =>
    multivers.faults.set([
      { id: "late", effect: { kind: "late-commit", commitAfterMs, answer } } as FaultRuleInput,
    ]);
  late({ kind: "reset" });
  assert.equal((await rawOrder(started).done).end, "ECONNRESET");
  late({ kind: "answer", status: 504 });
  assert.equal((await postOrder({ ...ORDER, reference: "WB-2" })).status, 504);
  const commits = await until("two orders", () => {
    const found = multivers.audit.commits();
    return found.length === 2 ? found : null;
  });
  assert.equal(orderCount(started), 2);
  const requests = multivers.audit.requests();
  for (const { atMs, request, reference } of commits) {
    const cause = requests.find((one) => one.request === request);
    assert.equal(cause?.reference, reference);
    // A timer may be a millisecond early by the wall clock.
    assert.ok(atMs - (cause?.atMs ?? atMs) >= 145, `${atMs - (cause?.atMs ?? atMs)} ms`);
  }
});

test("F32: an order that is still to come does not come once the emulator has stopped", async (t) => {
  const started = await startMultivers(t);
  started.multivers.faults.set([
    { id: "late", effect: { kind: "late-commit", commitAfterMs: 3_600_000, answer: { kind: "empty" } } },
  ]);
  assert.equal((await started.postOrder(ORDER)).status, 200);
  await started.multivers.close();
  assert.equal(orderCount(started), 0);
});

test("F39: a slow body has its head at once and then comes in drops, whole in the end", async (t) => {
  const started = await startMultivers(t);
  const { multivers } = started;
  const slow = (bytesPerSecond: number) =>
    multivers.faults.set([{ id: "slow", effect: { kind: "slow-body", bytesPerSecond } }]);
  multivers.faults.clear();
  const whole = await rawGet(started, "AdministrationNVL").done;

  slow(1_000);
  const got = await rawGet(started, "AdministrationNVL").done;
  assert.deepEqual([got.end, got.body], ["end", whole.body]);

  slow(1);
  const waiting = rawGet(started, "AdministrationNVL");
  await until("a drop", () => bodyOf(waiting.received()).length > 0);
  assert.ok(bodyOf(waiting.received()).length < whole.body.length / 2);
  waiting.leave();
  const last = await until("the end", () =>
    multivers.audit.requests().find((one) => one.outcome === "abandoned"),
  );
  assert.equal(last.status, 200);
});

test("F39: closing does not wait for a slow body or a hang", async (t) => {
  const started = await startMultivers(t);
  const { multivers } = started;
  multivers.faults.set([
    { id: "hang", times: 1, effect: { kind: "hang", ms: 3_600_000 } },
    { id: "slow", effect: { kind: "slow-body", bytesPerSecond: 0.001 } },
  ]);
  const open = [rawGet(started, "AdministrationNVL"), rawGet(started, "AdministrationNVL")];
  await until("a head", () => open.some((one) => one.received() !== ""));
  await until("both", () => multivers.audit.requests().length === 2);
  await multivers.close();
  await Promise.all(open.map((one) => one.done));
});

test("F42: a fault at the token endpoint meets one portal user by the grant, the others go on", async (t) => {
  const { multivers, token } = await startMultivers(t);
  const refresh = (owner: string) =>
    token({
      grant_type: "refresh_token",
      refresh_token: multivers.tokens.issueTokens(owner).refresh_token,
    });
  multivers.faults.set([
    {
      id: "down",
      match: { operation: "oauth/token", owner: "linde" },
      effect: { kind: "answer", status: 503 },
    },
  ]);
  assert.deepEqual([(await refresh("linde")).status, (await refresh("bos")).status], [503, 200]);
  assert.deepEqual(
    multivers.audit.requests().map(({ owner, grant, operation }) => [owner, grant, operation]),
    [
      ["linde", "refresh_token", "OAuth/Token"],
      ["bos", "refresh_token", "OAuth/Token"],
    ],
  );
});

test("F41: with rotation, a refresh whose answer is lost has used the old token up", async (t) => {
  const { multivers, token } = await startMultivers(t, { rotateRefreshTokens: true });
  const grant = {
    grant_type: "refresh_token",
    refresh_token: multivers.tokens.issueTokens("linde").refresh_token,
  };
  multivers.faults.set([{ id: "lost", times: 1, commit: true, effect: { kind: "reset" } }]);
  await assert.rejects(token(grant), TypeError);
  assert.deepEqual((await token(grant)).json, { error: "invalid_grant" });
});

test("F36: a fault of one administration or one reference leaves the others alone", async (t) => {
  const { multivers, call, postOrder } = await startMultivers(t);
  multivers.faults.set([
    { id: "busy", match: { database: BOS }, effect: { kind: "rate-limited", retryAfter: null } },
    { id: "one", match: { reference: "WB-9" }, effect: { kind: "answer", status: 500 } },
  ]);
  assert.equal((await call(`api/${BOS}/CustomerNVL`, { as: "bos" })).status, 429);
  assert.equal((await call(linde("CustomerNVL"))).status, 200);
  assert.equal((await postOrder({ ...ORDER, reference: "WB-9" })).status, 500);
  assert.equal((await postOrder(ORDER)).status, 200);
});

type Raw = Readonly<{
  done: Promise<Readonly<{ text: string; head: string; body: string; end: string }>>;
  received: () => string;
  leave: () => void;
}>;

function rawOrder(started: Started): Raw {
  const body = JSON.stringify(ORDER);
  return raw(started, `POST /V22/api/${LINDE}/Order`, body);
}

function rawGet(started: Started, resource: string): Raw {
  return raw(started, `GET /V22/api/${resource}`, "");
}

/** A request over a bare socket, so that every byte and the kind of ending can be seen. */
function raw({ url, multivers }: Started, line: string, body: string): Raw {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  const token = multivers.tokens.issueTokens("linde").access_token;
  let text = "";
  let end = "";
  socket.setEncoding("latin1");
  socket.on("data", (chunk) => {
    text += String(chunk);
  });
  socket.on("end", () => {
    end = "end";
  });
  socket.on("error", (error) => {
    end = "code" in error ? String(error.code) : error.message;
  });
  socket.write(
    `${line} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  return {
    received: () => text,
    leave: () => socket.destroy(),
    done: new Promise((resolve) => {
      socket.on("close", () =>
        resolve({ text, head: text.split("\r\n\r\n")[0] ?? "", body: bodyOf(text), end }),
      );
    }),
  };
}

function bodyOf(text: string): string {
  const at = text.indexOf("\r\n\r\n");
  return at === -1 ? "" : text.slice(at + 4);
}

function orderCount({ multivers }: Started): number {
  return multivers.administration(LINDE).orders.length;
}
