import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { OrderRequested } from "../../schemas/records.ts";
import {
  DEFAULT_POLICY,
  type LookupOutcome,
  type OrderPolicy,
  type SendOutcome,
  type VisitOutcome,
} from "../../services/order-writer/domain/order-state.ts";
import type { Unit4Order } from "../../services/order-writer/domain/unit4-order.ts";
import { checkRequest, takeIn } from "../../services/order-writer/intake.ts";
import { type Lane, leaseLanes } from "../../services/order-writer/lanes.ts";
import { type LedgerOrder, nextDueOrder } from "../../services/order-writer/ledger/order-ledger.ts";
import { serveOrder } from "../../services/order-writer/serve-order.ts";
import type { OrderApi } from "../../services/order-writer/serving.ts";
import { createOrderTelemetry } from "../../services/order-writer/telemetry.ts";
import { type Connection, inTransaction } from "../../services/shared/postgres.ts";
import { createTelemetry } from "../../services/shared/telemetry.ts";
import { orderRequested } from "./records.ts";
import { createWorld, type World } from "./world.ts";

export const FIRST = 1_795_000_000_000;
const WRITTEN: SendOutcome = {
  kind: "written",
  orderId: "20260052",
  remarks: [],
  stored: { customerId: "", reference: "", orderLines: null, total: null },
};
export const LOST: SendOutcome = { kind: "unknown", reason: "TIMED_OUT", reasons: [] };

/** A ledger with one tenant, and a Unit4 that notes what it was sent and asked. */
export async function ledgerOf(t: TestContext, policy: Partial<OrderPolicy> = {}) {
  const world = await createWorld(t);
  await world.pool.query(
    `insert into integration.tenants (tenant_id, name, status, epoch, administration)
     values ('a', 'Installatiebedrijf A', 'active', 1, 'MVL00042')`,
  );
  await world.pool.query(
    `insert into integration.connections (tenant_id, access_token, refresh_token, expires_at, refreshed_at, connected_by)
     values ('a', 'x', 'x', now(), now(), 'test')`,
  );
  const sent: Unit4Order[] = [];
  const sentTo: string[] = [];
  const asked: string[] = [];
  const askedIn: string[] = [];
  let answer = WRITTEN;
  let visit: VisitOutcome = { kind: "found", orderId: "20260052" };
  let look: LookupOutcome = { kind: "absent" };
  const api: OrderApi = {
    send: async ({ administration }, order) => {
      sent.push(order);
      sentTo.push(administration);
      return answer;
    },
    lookUp: async ({ administration }, { customerId }) => {
      asked.push(customerId);
      askedIn.push(administration);
      return look;
    },
    visit: async () => visit,
  };
  const deps = {
    pool: world.pool,
    guarded: <T>(work: (tx: Connection) => Promise<T>) => inTransaction(world.pool, work),
    api,
    messages: { log: async () => {}, records: () => [] },
    telemetry: createOrderTelemetry(createTelemetry("test", "silent")),
    policy: { ...DEFAULT_POLICY, quarantineMs: 0, lookupPauseMs: 0, ...policy },
    now: Date.now,
    random: () => 0,
    sendingMs: 1_000,
  };
  return {
    world,
    ...{ deps, sent, sentTo, asked, askedIn },
    answerWith: (outcome: SendOutcome) => {
      answer = outcome;
    },
    visitGives: (outcome: VisitOutcome) => {
      visit = outcome;
    },
    lookUpGives: (outcome: LookupOutcome) => {
      look = outcome;
    },
    archive: (overrides: Partial<OrderRequested>) => archive(world, overrides),
    lane: () => leaseLane(world),
    due: async (lane: Lane) => (await nextDueOrder(world.pool, lane))?.order ?? null,
    serve: async (lane: Lane, order: LedgerOrder | null) => {
      assert.ok(order);
      return serveOrder(deps, lane, order);
    },
    row: async () =>
      (
        await world.pool.query<{ state: string; customer: string; code: string }>(
          "select state, request ->> 'customerId' as customer, code from order_writer.orders",
        )
      ).rows[0],
  };
}

async function archive({ pool }: World, overrides: Partial<OrderRequested>): Promise<void> {
  const { archivedAt = FIRST } = overrides;
  const value = orderRequested("a", "1", { archivedAt, sequence: 1 + archivedAt - FIRST, ...overrides });
  const incoming = {
    topic: "t",
    partition: 0,
    ...{ offset: 0, place: 0 },
    key: "a/1",
    tenantId: "a",
    entityId: "1",
    headers: {},
    timestampMs: value.archivedAt,
    value,
  };
  assert.equal(checkRequest(incoming), null);
  await inTransaction(pool, (tx) => takeIn(tx, [incoming]));
}

async function leaseLane({ pool }: World): Promise<Lane> {
  await pool.query(
    "update order_writer.lanes set due_at = now(), not_before = now(), lease_until = '-infinity'",
  );
  const [lane] = await leaseLanes(pool, { most: 1, leaseMs: 60_000, by: "test" });
  assert.ok(lane);
  return lane;
}
