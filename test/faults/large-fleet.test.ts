import assert from "node:assert/strict";
import { test } from "node:test";
import { connectFleet } from "../support/connected-fleet.ts";
import { createUnit4World } from "../support/unit4-world.ts";
import { until } from "../support/until.ts";
import { createWorld, type World } from "../support/world.ts";

const TENANTS = 10_000;
const SILENT = 500;
/** As it is by default. */
const INTERVAL_MS = 300_000;
/** How long it is looked at, without the silent ones and with them. */
const WINDOW_MS = 8_000;
/** A call that nobody answers is given up after so long where the one before was answered. */
const LONGEST_CALL_MS = 90_000;

type Fleet = { readonly tenantId: string; readonly database: string; readonly isSilent: boolean };

const FLEET: readonly Fleet[] = Array.from({ length: TENANTS }, (_, index) => ({
  tenantId: `t${index}`,
  database: `MVL${String(10_000 + index)}`,
  isSilent: index < SILENT,
}));
const SILENT_DATABASES = new Set(FLEET.flatMap(({ isSilent, database }) => (isSilent ? [database] : [])));

const column = <Key extends keyof Fleet>(key: Key): readonly Fleet[Key][] => FLEET.map((one) => one[key]);

/** Each was read one interval before it is due, which is at its own moment within the interval; the silent ones rest. */
const scheduleFleet = ({ pool }: World): Promise<unknown> =>
  pool.query(
    `insert into unit4_poller.schedules (tenant_id, epoch, next_due_at, lease_until, last_turn_at, last_scan_at)
     select id, 1, due, '-infinity', due - $3 * interval '1 millisecond', due - $3 * interval '1 millisecond'
     from (select id, now() + case when is_silent then interval '1 hour'
         else random() * $3 * interval '1 millisecond' end as due
       from unnest($1::text[], $2::boolean[]) as one (id, is_silent)) as fleet`,
    [column("tenantId"), column("isSilent"), INTERVAL_MS],
  );

/** Makes so many of the silent ones due now, but those that have a turn. @param failures failed turns in a row that they come with */
const wakeSilent = ({ pool }: World, count: number, failures: number): Promise<unknown> =>
  pool.query(
    `update unit4_poller.schedules
     set next_due_at = now(), failures = $2, failing_since = case when $2 > 0 then now() end
     where tenant_id = any($1) and lease_until <= now()`,
    [column("tenantId").slice(0, count), failures],
  );

test(`O54: ${SILENT} of ${TENANTS} tenants whose Unit4 is silent hold up none of the others`, async (t) => {
  const world = await createWorld(t);
  const { multivers, environment } = await createUnit4World(t, world, []);
  const seenAt = new Map<string, number>();
  multivers.intercept = ({ path }) => {
    const database = path.split("/")[2] ?? "";
    if (!seenAt.has(database)) seenAt.set(database, Date.now());
    if (SILENT_DATABASES.has(database)) return { delayMs: 600_000 };
    return { headers: { "content-type": "application/json" }, body: "[]" };
  };
  await connectFleet(world.pool, environment["TOKEN_KEYS"] ?? "", { tenants: FLEET });
  await scheduleFleet(world);

  /** The longest time since the poll before, of the healthy ones that become due in a window a second from now on. */
  const longestGapMs = async (): Promise<number> => {
    const { rows } = await world.pool.query<{ database: string; dueAt: Date }>(
      `select t.administration as database, s.next_due_at as "dueAt"
       from unit4_poller.schedules s join integration.tenants t using (tenant_id)
       where s.next_due_at - now() between interval '1 second' and $1 * interval '1 millisecond'`,
      [WINDOW_MS],
    );
    const due = rows.filter(({ database }) => !SILENT_DATABASES.has(database));
    assert.ok(due.length > 100, `${due.length} are due`);
    for (const { database } of due) seenAt.delete(database);
    const isPolled = (): boolean => due.every(({ database }) => seenAt.has(database));
    await until("all that were due to be polled", isPolled, 60_000);
    return Math.max(
      ...due.map(({ database, dueAt }) => (seenAt.get(database) ?? 0) - dueAt.getTime() + INTERVAL_MS),
    );
  };
  const silentCalls = (): number => [...SILENT_DATABASES].filter((database) => seenAt.has(database)).length;

  const service = await world.start("unit4-poller", environment);
  const quietMs = await longestGapMs();
  const gaps: number[] = [];
  // Just fallen silent: so many become due before the first of their calls is given up. Here all of them at once.
  await wakeSilent(world, (SILENT / INTERVAL_MS) * LONGEST_CALL_MS, 0);
  await until("silent calls", () => silentCalls() > 100);
  gaps.push(await longestGapMs());
  // Known to be silent by now, and all due at once.
  await wakeSilent(world, SILENT, 3);
  gaps.push(await longestGapMs());
  // It would wait for silent calls before it stops.
  await service.kill9();
  t.diagnostic(
    `longest time between two polls: ${quietMs} ms in quiet times, then ${gaps.join(" and ")} ms beside ${silentCalls()} silent tenants`,
  );
  for (const gapMs of gaps) {
    assert.ok(gapMs <= 1.5 * quietMs, `${gapMs} ms between polls, ${quietMs} ms in quiet times`);
    // Half an interval is much. A call beside too many silent ones is given up after 10 s (domain/silent-calls.ts).
    assert.ok(gapMs - INTERVAL_MS <= INTERVAL_MS / 10, `polled ${gapMs - INTERVAL_MS} ms late`);
  }
});
