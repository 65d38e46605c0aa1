import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { SupervisedProcess } from "../../../infra/local/processes/supervised-process.ts";
import { localTokenKeys } from "../../../infra/local/programs/token-keys.ts";
import { patient } from "../../../services/shared/postgres.ts";
import { type OwnStack, startOwnStack } from "../../soak/own-stack.ts";
import { connectFleet, type FleetTenant } from "../../support/connected-fleet.ts";
import { deactivateTenant } from "../../support/tenant-registry.ts";
import { type BenchChild, startChild } from "../child.ts";
import type { Lists } from "./list-rows.ts";
import type { ListAnswer, ListCommand } from "./list-server.ts";

/** A stack whose poller reads lists of a server that has nothing else. */
export type PolledFleet = {
  readonly own: OwnStack;
  /** `http://127.0.0.1:<port>` of the lists. */
  readonly origin: string;
  /** Shows these lists from now on. @param database of one administration, or "*" for all that have none of their own */
  show(database: string, lists: Partial<Lists>): Promise<void>;
  /** Requests since this was asked last, and the most at a time. */
  counted(): Promise<ListAnswer>;
  /** Makes tenants active and connected. */
  connect(tenants: readonly FleetTenant[]): Promise<void>;
  startPoller(name: string): Promise<SupervisedProcess>;
  stop(): Promise<void>;
};

/** Nobody is due by himself while a bench runs. */
const INTERVAL_MS = 3_600_000;
const READ_WITHIN_MS = 3_600_000;
const LOOK_EVERY_MS = 200;

/** @param sandboxTenants connected to the sandbox's Unit4 as well, for orders; the others end */
export async function startPolledFleet(options: {
  readonly sandboxTenants?: number;
  readonly report: (line: string) => void;
}): Promise<PolledFleet> {
  const own = await startOwnStack({
    tenants: options.sandboxTenants ?? 1,
    tokenSeconds: 3_600 * 24,
    latencyMs: 0,
    environment: { NODE_OPTIONS: process.env["BENCH_NODE_OPTIONS"] ?? "" },
    report: options.report,
  });
  let server: BenchChild<ListCommand, ListAnswer> | null = null;
  try {
    if (options.sandboxTenants === undefined)
      for (const { tenantId } of own.tenants) await deactivateTenant(own.pool, tenantId);
    server = await startChild<ListCommand, ListAnswer>(
      fileURLToPath(new URL("list-server.ts", import.meta.url)),
    );
    const lists = server;
    const origin = `http://127.0.0.1:${lists.hello.port}`;
    return {
      own,
      origin,
      show: async (database, shown) => {
        const whole = { customers: 0, articles: 0, generation: 0, mark: null, ...shown };
        await lists.ask({ kind: "show", database, lists: whole });
      },
      counted: () => lists.ask({ kind: "count" }),
      connect: async (tenants) =>
        connectFleet(own.pool, await localTokenKeys(own.dataDir), {
          tenants,
          // Look-ups of addresses are not lists.
          settings: { firstWorkAddress: "standard" },
        }),
      startPoller: (name) =>
        own.startService("unit4-poller", name, {
          UNIT4_BASE_URL: `${origin}/V22`,
          UNIT4_POLLER_INTERVAL_MS: String(INTERVAL_MS),
          // As it is by default; the sandbox's own settings would have it poll without rest.
          UNIT4_POLLER_BUSY_PART: "0.05",
        }),
      stop: async () => {
        lists.stop();
        await own.stop(false);
      },
    };
  } catch (error) {
    server?.stop();
    await own.stop(false);
    throw error;
  }
}

/** So many tenants with a name that begins so. */
export const fleetOf = (prefix: string, count: number): readonly FleetTenant[] =>
  Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(6, "0");
    return { tenantId: `${prefix}-${number}`, database: `MVL${prefix.slice(0, 1).toUpperCase()}${number}` };
  });

/** Makes all tenants whose names begin so due at once. */
export async function makeDue({ own }: PolledFleet, prefix: string): Promise<void> {
  await own.pool.query(
    "update unit4_poller.schedules set next_due_at = now() where starts_with(tenant_id, $1)",
    [prefix],
  );
}

/** The database's time, to hold what happens later against. */
export async function databaseNow({ own }: PolledFleet): Promise<Date> {
  const { rows } = await own.pool.query<{ now: Date }>("select clock_timestamp() as now");
  return rows[0]?.now ?? new Date();
}

/** Waits until all lists of so many tenants whose names begin so were read to their end since then. */
export async function readSince(
  { own }: PolledFleet,
  fleet: { readonly prefix: string; readonly count: number },
  since: Date,
): Promise<void> {
  const deadline = Date.now() + READ_WITHIN_MS;
  for (let read = 0; read < fleet.count; await sleep(LOOK_EVERY_MS)) {
    if (Date.now() > deadline) throw new Error(`only ${read} of ${fleet.count} tenants were read in an hour`);
    const { rows } = await own.pool.query<{ read: number }>(
      "select count(*)::int as read from unit4_poller.schedules where last_scan_at > $2 and starts_with(tenant_id, $1)",
      [fleet.prefix, since],
    );
    read = rows[0]?.read ?? 0;
  }
}

/** Gives tenants the lists that one of them was read with, as if each had been read: what differs is nothing. */
export async function copySnapshots(
  { own }: PolledFleet,
  first: FleetTenant,
  others: readonly FleetTenant[],
): Promise<void> {
  const columns = [others.map(({ tenantId }) => tenantId), others.map(({ database }) => database)];
  for (const table of ["schedules", "snapshots", "progress"])
    await own.pool.query(
      patient(
        `insert into unit4_poller.${table}
         select made.* from unit4_poller.${table} one, unnest($1::text[], $2::text[]) other (tenant_id, administration),
           jsonb_populate_record(one, to_jsonb(other)) made
         where one.tenant_id = $3`,
        [...columns, first.tenantId],
        600_000,
      ),
    );
  await own.pool.query(patient("vacuum analyze"));
}
