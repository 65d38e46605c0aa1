import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import type { FastifyReply } from "fastify";
import { createReader } from "../../../../services/console/access/reader.ts";

/** As much of an answer as its reader is known by. */
function answer() {
  const raw = Object.assign(new EventEmitter(), { writableFinished: false, destroyed: false });
  return { raw, reader: createReader({ raw } as unknown as FastifyReply) };
}

test("P1: a reader is gone when the connection closes before the answer is whole, and not after it", () => {
  const early = answer();
  early.raw.emit("close");
  assert.equal(early.reader.gone.aborted, true);
  const late = answer();
  late.raw.writableFinished = true;
  late.raw.emit("close");
  assert.equal(late.reader.gone.aborted, false);
});

test("P1: a request is idle when all that it does is over, what it began meanwhile and what failed too", async () => {
  const { reader } = answer();
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const failing = reader.follow(first.promise);
  let isIdle = false;
  const idle = reader.idle().then(() => {
    isIdle = true;
  });
  void reader.follow(second.promise);
  first.reject(new Error("down"));
  await assert.rejects(failing);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isIdle, false);
  second.resolve();
  await idle;
});
