import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyReply } from "fastify";
import type { RequestEnd } from "../audit/audit-entry.ts";
import type { Answer } from "./answer.ts";
import type { Outcome } from "./outcome.ts";
import { resetConnection } from "./reset-connection.ts";

/** What sending needs: `ended` puts the end on the record, `signal` ends all waiting when the emulator stops. */
export type SendOptions = Readonly<{ ended: (end: RequestEnd) => void; signal: AbortSignal }>;

/** Sends what a request came to. The end is on the record before the client can know of it. */
export async function sendOutcome(
  outcome: Outcome,
  reply: FastifyReply,
  options: SendOptions,
): Promise<FastifyReply> {
  if (outcome.kind === "answer") {
    const { status, headers, body } = outcome.answer;
    options.ended({ outcome: "answered", status });
    // An empty text would get a content type that nobody asked for.
    return reply
      .code(status)
      .headers(headers)
      .send(body.length === 0 ? undefined : body);
  }
  // From here on the socket is ours: Fastify always sends whole answers.
  reply.hijack();
  switch (outcome.kind) {
    case "reset":
      if (outcome.after !== null) await sendPart(reply.raw, outcome.after.answer, outcome.after.bytes);
      options.ended({ outcome: "reset", status: outcome.after?.answer.status ?? null });
      if (reply.raw.socket !== null) resetConnection(reply.raw.socket);
      break;
    case "cut":
      await sendPart(reply.raw, outcome.answer, Math.min(outcome.bytes, lengthOf(outcome.answer) - 1));
      options.ended({ outcome: "cut", status: outcome.answer.status });
      reply.raw.socket?.destroy();
      break;
    case "slow":
      await drip(outcome, reply.raw, options);
      break;
  }
  return reply;
}

/** Sends the head, which announces the whole body, and the first bytes of it; gives back once they have left. */
async function sendPart(response: ServerResponse, answer: Answer, bytes: number): Promise<void> {
  const { socket } = response;
  if (socket === null || socket.destroyed) return;
  const part = startBody(response, answer).subarray(0, Math.max(0, bytes));
  if (part.length > 0) response.write(part);
  // The callback of an empty write comes when everything before it is with the network.
  await new Promise<void>((resolve) => socket.write("", () => resolve()));
}

/** Sends the body in small parts, at most ten a second, until it is whole, the client leaves or the emulator stops. */
async function drip(
  { answer, bytesPerSecond }: Extract<Outcome, { kind: "slow" }>,
  response: ServerResponse,
  { ended, signal }: SendOptions,
): Promise<void> {
  const body = startBody(response, answer);
  const partBytes = Math.max(1, Math.floor(bytesPerSecond / PARTS_PER_SECOND));
  const everyMs = (partBytes * 1000) / bytesPerSecond;
  const isOver = () => response.destroyed || signal.aborted;
  for (let at = 0; at < body.length && !isOver(); at += partBytes) {
    await pauseUntilLeft(everyMs, response, signal);
    if (!isOver()) response.write(body.subarray(at, at + partBytes));
  }
  if (isOver()) {
    ended({ outcome: signal.aborted ? "reset" : "abandoned", status: answer.status });
    response.destroy();
    return;
  }
  ended({ outcome: "answered", status: answer.status });
  response.end();
}

async function pauseUntilLeft(delayMs: number, response: ServerResponse, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const endings = [
    once(response, "close", { signal: over.signal }),
    sleep(delayMs, undefined, { signal: over.signal }),
    once(signal, "abort", { signal: over.signal }),
  ];
  await Promise.race(endings);
  over.abort();
  // The losers of the race end by being aborted, which is no news.
  await Promise.allSettled(endings);
}

function startBody(response: ServerResponse, answer: Answer): Buffer {
  response.writeHead(answer.status, { ...answer.headers, "content-length": lengthOf(answer) });
  response.flushHeaders();
  return Buffer.from(answer.body);
}

function lengthOf({ body }: Answer): number {
  return Buffer.byteLength(body);
}

const PARTS_PER_SECOND = 10;
