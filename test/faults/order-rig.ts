import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { type Dice, diceFor } from "../../infra/sandbox/multivers/demo/dice.ts";
import type { FaultRuleInput } from "../../infra/sandbox/multivers/faults/fault-rule.ts";
import type { MessageLogged, OrderRequested, OrderSettled } from "../../schemas/records.ts";
import { orderRequested } from "../support/records.ts";
import type { RunningService } from "../support/running-service.ts";
import { createUnit4World, type Unit4World } from "../support/unit4-world.ts";
import { until } from "../support/until.ts";
import { createWorld, type World, type WorldOptions } from "../support/world.ts";
import { type Evidence, isOrderPost, type LedgerRow, readAttempts, readLedger } from "./evidence.ts";
import { judgeOutcomes } from "./judge-outcomes.ts";
import { judgeTraffic } from "./judge-traffic.ts";

/** A tenant of the rig; its database has the same number. */
export type TenantId = "a" | "b" | "c";

/** The order path with an emulated Unit4 to be disturbed, and a judge of what is left. */
export type OrderRig = {
  readonly world: World;
  readonly unit4: Unit4World;
  /** Choices that are the same in every run of a case with the same seed. */
  readonly dice: Dice;
  /** Starts an order-writer with times that suit a test. */
  start(extra?: Readonly<Record<string, string>>): Promise<RunningService>;
  /** Requests so many new orders of a tenant. @returns their workorder ids */
  request(tenantId: TenantId, count: number): Promise<readonly string[]>;
  /** Publishes every request so far once more. */
  requestAgain(): Promise<void>;
  ledger(): Promise<readonly LedgerRow[]>;
  /** How often an order was sent to Unit4 so far. */
  posts(): number;
  /** Waits until so many orders (all that were requested, unless said otherwise) are settled and told. */
  settled(count?: number): Promise<void>;
  /** Sets the faults of Unit4 in place of those before. */
  faults(...rules: readonly FaultRuleInput[]): void;
  /** Fails the test when an invariant is broken. @returns the ledger by workorder id */
  judge(
    expected?: Partial<Pick<Evidence, "askedRestMs" | "earlyRenewals" | "losesTransactions">>,
  ): Promise<Ledger>;
};

type Ledger = ReadonlyMap<string, LedgerRow>;

export const DATABASES: Readonly<Record<TenantId, string>> = { a: "MVL00001", b: "MVL00002", c: "MVL00003" };
const TENANTS: readonly TenantId[] = ["a", "b", "c"];

/** The same order of lengths as in production: a sending ends before its lease, an order is stored late at most before the quarantine ends. */
export const TIMES = {
  sendingMs: 2_000,
  leaseMarginMs: 1_000,
  quarantineMs: 1_500,
  lookupPauseMs: 300,
} as const;
const TOKEN_LIFE_SECONDS = 3_600;

/**
 * Makes a rig with three connected tenants; it ends with the test. @param name of the case, for its dice
 * @param options where it has another Kafka or database, or another way to it
 */
export async function createOrderRig(
  t: TestContext,
  name: string,
  seed: number,
  options: Pick<WorldOptions, "databaseUrl" | "kafka" | "poolerPort"> = {},
): Promise<OrderRig> {
  const world = await createWorld(t, options);
  const unit4 = await createUnit4World(
    t,
    world,
    TENANTS.map((tenantId) => ({ database: DATABASES[tenantId], portalUser: tenantId, size: "small" })),
    { accessTokenSeconds: TOKEN_LIFE_SECONDS },
  );
  for (const tenantId of TENANTS) await unit4.connect({ tenantId, database: DATABASES[tenantId] });
  const dice = diceFor(`${name}/${seed}`);
  const requested: OrderRequested[] = [];

  const publish = async (requests: readonly OrderRequested[]): Promise<void> => {
    await Promise.all(
      requests.map((one) => world.send("orderRequested", `${one.tenantId}/${one.workorderId}`, one)),
    );
  };
  const ledger = () => readLedger(world.pool);
  const evidence = async (expected: Partial<Evidence>): Promise<Evidence> => ({
    requested,
    losesTransactions: false,
    archivedAgain: new Map(),
    databases: new Map(Object.entries(DATABASES)),
    ledger: await ledger(),
    attempts: await readAttempts(world.pool),
    settled: valuesOf(await world.records<OrderSettled>("orderSettled")),
    messages: valuesOf(await world.records<MessageLogged>("messageLogged")),
    shown: null,
    requests: unit4.multivers.audit.requests(),
    commits: unit4.multivers.audit.commits(),
    stored: (database, orderId) =>
      unit4.multivers.administration(database).orders.find((order) => order.orderId === orderId),
    askedRestMs: new Map(),
    tokenLifeMs: TOKEN_LIFE_SECONDS * 1_000,
    earlyRenewals: 0,
    freezes: [],
    ...expected,
  });

  return {
    world,
    unit4,
    dice,
    start: (extra = {}) =>
      world.start("order-writer", {
        ...unit4.environment,
        ORDER_WRITER_SENDING_MS: String(TIMES.sendingMs),
        ORDER_WRITER_LEASE_MARGIN_MS: String(TIMES.leaseMarginMs),
        ORDER_WRITER_QUARANTINE_MS: String(TIMES.quarantineMs),
        ORDER_WRITER_LOOKUP_PAUSE_MS: String(TIMES.lookupPauseMs),
        ...extra,
      }),
    request: async (tenantId, count) => {
      const fresh = Array.from({ length: count }, (_, index) =>
        newRequest(unit4, tenantId, { number: requested.length + index + 1, dice }),
      );
      requested.push(...fresh);
      await publish(fresh);
      return fresh.map(({ workorderId }) => workorderId);
    },
    requestAgain: () => publish(requested),
    ledger,
    posts: () => unit4.multivers.audit.requests().filter(isOrderPost).length,
    settled: async (count = requested.length) => {
      await until(`${count} settled orders`, async () => (await countTold(world)) >= count);
    },
    faults: (...rules) => unit4.multivers.faults.set(rules, String(seed)),
    judge: async (expected = {}) => {
      const found = await evidence(expected);
      const outcomes = judgeOutcomes(found);
      assert.deepEqual([...outcomes.violations, ...judgeTraffic(found).violations], []);
      return new Map(found.ledger.map((row) => [row.workorderId, row]));
    },
  };
}

/** Orders whose end is stored and told. */
async function countTold(world: World): Promise<number> {
  const { rows } = await world.pool.query<{ count: number }>(
    "select count(*)::int as count from order_writer.orders where settled_at is not null and published_at is not null",
  );
  return rows[0]?.count ?? 0;
}

/** An order that Unit4 takes: an active customer and an article of the administration. */
function newRequest(
  unit4: Unit4World,
  tenantId: TenantId,
  { number, dice }: { readonly number: number; readonly dice: Dice },
): OrderRequested {
  const { customersById, productsById } = unit4.multivers.administration(DATABASES[tenantId]);
  const customers = customersById.filter(({ customerStateId }) => customerStateId === "A");
  const product = productsById.find(
    ({ productState, productType }) => productState === 0 && productType === 0,
  );
  const customer = customers[dice.between(0, customers.length - 1)];
  assert.ok(customer !== undefined && product !== undefined);
  const workorderId = String(number).padStart(5, "0");
  return orderRequested(tenantId, workorderId, {
    // As the mapping makes it: the workorder's key, a space and what it was about.
    reference: `WB-2026-${workorderId} Ketel nagekeken en bijgevuld`,
    customerId: customer.customerId,
    paymentConditionId: customer.paymentConditionId,
    vatScenarioId: customer.vatScenarioId,
    lines: [
      {
        kind: "article",
        articleId: product.productId,
        articleType: 0,
        quantity: String(dice.between(1, 9)),
        text: "",
      },
    ],
  });
}

const valuesOf = <T>(records: readonly { readonly value: T | null }[]): readonly T[] =>
  records.flatMap(({ value }) => (value === null ? [] : [value]));
