import { setTimeout as sleep } from "node:timers/promises";
import { type Dice, diceFor } from "../../infra/sandbox/multivers/demo/dice.ts";
import type { OrderRequested } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import type { RecordEncoder } from "../../services/shared/avro.ts";
import type { OutgoingRecord, Publisher } from "../../services/shared/kafka/producer.ts";
import { orderRequested } from "../support/records.ts";
import type { TenantGoods } from "./tenants.ts";

/** What is asked for, and how fast. */
export type LoadPlan = {
  readonly orders: number;
  readonly perSecond: number;
  readonly seed: string;
  readonly tenants: readonly TenantGoods[];
};

const TICK_MS = 50;
/** Orders on a customer that Unit4 does not know: they end as refused. */
const REFUSED_SHARE = 0.01;
/** Requests that Kafka delivers twice. */
const TWICE_SHARE = 0.02;
/** Workorders that are archived again with another quantity, and how soon; their clocks are off by so much at most. */
const ANEW_SHARE = 0.03;
const ANEW_WITHIN_MS = 2_000;
const CLOCK_OFF_MS = 240_000;
/** Records that are none. */
const POISON_SHARE = 0.001;
const UNKNOWN_CUSTOMER = "GEENKLNT";

/**
 * Asks for orders at a steady rate, each archived at its own moment; when Kafka was away it catches up.
 * @param onRequested gets each order once, when Kafka has it, and what was archived again
 */
export async function runLoad(
  plan: LoadPlan,
  outside: {
    readonly publisher: Publisher;
    readonly encoder: RecordEncoder<OrderRequested>;
    readonly onRequested: (orders: readonly OrderRequested[], again: readonly OrderRequested[]) => void;
  },
): Promise<void> {
  const dice = diceFor(`load/${plan.seed}`);
  const startedAt = Date.now();
  let again: readonly { readonly atMs: number; readonly order: OrderRequested }[] = [];
  for (let made = 0; made < plan.orders || again.length > 0; await sleep(TICK_MS)) {
    const due = Math.min(plan.orders, Math.floor(((Date.now() - startedAt) * plan.perSecond) / 1_000));
    const orders: OrderRequested[] = [];
    for (; made < due; made += 1)
      orders.push(
        newOrder(plan.tenants, dice, { number: made, atMs: startedAt + (made * 1_000) / plan.perSecond }),
      );
    const now = Date.now();
    const reopened = again.filter(({ atMs }) => atMs <= now).map(({ order }) => order);
    again = [
      ...again.filter(({ atMs }) => atMs > now),
      ...orders
        .filter(() => dice.chance(ANEW_SHARE))
        .map((order) => ({ atMs: now + dice.between(0, ANEW_WITHIN_MS), order: archivedAgain(order, dice) })),
    ];
    if (orders.length + reopened.length === 0) continue;
    await publishWhenPossible(
      outside.publisher,
      [...orders, ...reopened].flatMap((order) => recordsOf(order, outside.encoder, dice)),
    );
    outside.onRequested(orders, reopened);
  }
}

/** The next archiving of the workorder by its place on the topic, whatever its clock says. */
const archivedAgain = (order: OrderRequested, dice: Dice): OrderRequested => ({
  ...order,
  sequence: order.sequence + 1,
  archivedAt: order.archivedAt + dice.between(0, 2 * CLOCK_OFF_MS) - CLOCK_OFF_MS,
  lines: order.lines.map((line) => ({ ...line, quantity: String(Number(line.quantity) + 100) })),
});

function newOrder(
  tenants: readonly TenantGoods[],
  dice: Dice,
  { number, atMs }: { readonly number: number; readonly atMs: number },
): OrderRequested {
  const tenant = tenants[dice.between(0, tenants.length - 1)];
  const customer = tenant?.customers[dice.between(0, tenant.customers.length - 1)];
  if (tenant === undefined || customer === undefined) throw new Error("there are no tenants to order for");
  const workorderId = String(number + 1).padStart(7, "0");
  return orderRequested(tenant.tenantId, workorderId, {
    customerId: dice.chance(REFUSED_SHARE) ? UNKNOWN_CUSTOMER : customer.customerId,
    paymentConditionId: customer.paymentConditionId,
    vatScenarioId: customer.vatScenarioId,
    lines: [
      {
        kind: "article",
        articleId: tenant.articleId,
        articleType: 0,
        quantity: String(dice.between(1, 99)),
        text: "",
      },
    ],
    archivedAt: Math.round(atMs),
    requestedAt: Math.round(atMs),
  });
}

function recordsOf(
  order: OrderRequested,
  encoder: RecordEncoder<OrderRequested>,
  dice: Dice,
): readonly OutgoingRecord[] {
  const topic = TOPICS.orderRequested.name;
  const record = { topic, key: `${order.tenantId}/${order.workorderId}`, value: encoder.encode(order) };
  const poison = {
    topic,
    key: `${order.tenantId}/poison`,
    value: Buffer.from(`poison ${order.workorderId}`),
  };
  return [
    record,
    ...(dice.chance(TWICE_SHARE) ? [record] : []),
    ...(dice.chance(POISON_SHARE) ? [poison] : []),
  ];
}

/** Publishing again is always right: the writer knows repeats. */
export async function publishWhenPossible(
  publisher: Publisher,
  records: readonly OutgoingRecord[],
): Promise<void> {
  for (;;) {
    try {
      return await publisher.publish(records);
    } catch (error) {
      if ((error as { readonly code?: string }).code !== "KAFKA_UNAVAILABLE") throw error;
    }
  }
}
