import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as tick } from "node:timers/promises";
import { createSlots } from "../../../services/shared/slots.ts";
import { createLargeAnswer } from "../../../services/unit4-poller/domain/large-answer.ts";

test("O56: one large answer at a time; a turn that ends passes on what it held and what it waited for", async () => {
  const slots = createSlots(1);
  const granted: string[] = [];
  const turn = (name: string) => {
    const large = createLargeAnswer(slots);
    return { ...large, take: () => void large.take().then(() => granted.push(name)) };
  };
  const [vos, bos, linde] = [turn("vos"), turn("bos"), turn("linde")];
  vos.take();
  bos.take();
  linde.take();
  await tick();
  assert.deepEqual(granted, ["vos"]);
  vos.take();
  await tick();
  assert.deepEqual(granted, ["vos", "vos"], "who holds the right has it");
  bos.end();
  vos.letGo();
  vos.letGo();
  await tick();
  assert.deepEqual(granted, ["vos", "vos", "linde"], "a turn that is over is passed over");
  linde.end();
  vos.take();
  await tick();
  assert.deepEqual(granted, ["vos", "vos", "linde", "vos"]);
});
