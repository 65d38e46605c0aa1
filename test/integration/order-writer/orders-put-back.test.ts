import assert from "node:assert/strict";
import { test } from "node:test";
import type { OrderRequested } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { PUT_BACK_HEADER } from "../../../services/shared/domain/put-back.ts";
import type { RawRecord } from "../../../services/shared/kafka/incoming.ts";
import { askForLetters, lettersDone, setAside, untilLetters } from "../../support/letters.ts";
import { A, createOrderWorld, settledOrders } from "../../support/order-world.ts";
import { until } from "../../support/until.ts";

const { name: topic, schema } = TOPICS.orderRequested;

test("O42, W13: requests that come back make no second order, whatever was written since, and a first one where none was", async (t) => {
  const { world, unit4, administration, request, send, startWriter } = await createOrderWorld(t);
  await unit4.connect(A);
  const writer = await startWriter();
  await world.start("log-sink", { LOG_SINK_OPERATIONS_LOOK_MS: "100" });
  const encoder = await world.avro.encoder<OrderRequested>(topic, schema);
  const first = request("1", { archivedAt: 1_795_000_000_000 });
  const [repeated, lost] = [request("2"), request("3")];
  const setAsideRecord = (one: OrderRequested, offset: number): RawRecord => ({
    ...{ topic, partition: 0, offset, place: offset, timestampMs: 1, headers: {}, headerBytes: null },
    ...{ key: Buffer.from(`${one.tenantId}/${one.workorderId}`), value: encoder.encode(one) },
  });
  // 1 was archived anew since, 2 was read after all, 3 was not.
  await send({ ...first, archivedAt: first.archivedAt + 60_000, sequence: 2 });
  await send(repeated);
  await settledOrders(world, 2);
  await setAside(world, "order-writer", [first, repeated, lost].map(setAsideRecord));
  await untilLetters(world, 3, "waiting");

  const { plan } = await lettersDone(world, await askForLetters(world));
  assert.equal(plan.letters, 3);
  await untilLetters(world, 3, "processed");
  await until("the one that was lost", () => administration.orders.length === 3);
  // Once more, as if nobody had noted it: still the same three.
  await world.pool.query("update log.dead_letters set state = 'waiting'");
  await lettersDone(world, await askForLetters(world));
  await untilLetters(world, 3, "processed");
  const sent = (await world.records("orderRequested")).filter(({ headers }) => PUT_BACK_HEADER in headers);
  assert.equal(sent.length, 6);
  const { rows } = await world.pool.query(
    "select workorder_id as workorder, state from order_writer.orders order by workorder_id",
  );
  assert.deepEqual(rows, [
    { workorder: "1", state: "written" },
    { workorder: "2", state: "written" },
    { workorder: "3", state: "written" },
  ]);
  assert.deepEqual(administration.orders.map(({ reference }) => reference).sort(), [
    first.reference,
    repeated.reference,
    lost.reference,
  ]);
  assert.equal(await writer.metric("simon_dead_letters_total"), 0);
});
