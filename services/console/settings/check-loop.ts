import { Cron } from "croner";
import type { Clock } from "../../shared/clock.ts";
import { amsterdamDate } from "../../shared/domain/dutch-date.ts";
import { createLoop, type Loop, type LoopContext } from "../../shared/loop.ts";
import type { Pool } from "../../shared/postgres.ts";
import { createTenantRounds } from "../../shared/tenant-rounds.ts";
import { currentSettings, findTenants } from "../../shared/tenants.ts";
import type { PipelineLink } from "../parts/pipeline-link.ts";
import {
  finishCheck,
  leaseDueCheck,
  planChecks,
  putOffCheck,
  putOffChecks,
  type SettingsCheck,
} from "./check-acts.ts";
import type { CheckResult } from "./domain/settings-check.ts";
import { draftOf } from "./domain/settings-draft.ts";
import { settingsNews, WATCHED_FIELDS, type WatchedField } from "./domain/settings-watch.ts";
import { type CheckingUnit4, checkField } from "./live-checks.ts";

const LOOK_EVERY_MS = 5_000;
/** In one look: a fleet of ten thousand is gone over in a quarter of an hour. */
const ROUND_TENANTS = 100;
const LEASE_MS = 10 * 60_000;
/** Tried again so much later when Unit4 could not be asked. */
const PUT_OFF_MS = 30 * 60_000;
/** Tenants are spread over so many minutes after the time of the schedule. */
const SPREAD_MINUTES = 180;

/** Looks every night whether each tenant's settings still fit Unit4, and says where they do not. */
export function createSettingsCheckLoop(
  context: LoopContext<"settings-check">,
  options: {
    readonly pool: Pool;
    readonly unit4: CheckingUnit4;
    readonly pipeline: PipelineLink;
    /** A cron pattern on the Dutch clock. */
    readonly schedule: string;
    readonly now: Clock;
    /** Name of this process on its leases. */
    readonly instance: string;
  },
): Loop {
  const { pool, now } = options;
  const cron = new Cron(options.schedule, { timezone: "Europe/Amsterdam", paused: true });
  const nextNight = (): Date => cron.nextRun(new Date(now())) ?? new Date(now() + 24 * 60 * 60_000);

  const rounds = createTenantRounds({ most: ROUND_TENANTS, everyMs: LEASE_MS, connections: false });
  const look = async (check: SettingsCheck): Promise<void> => {
    const { tenantId } = check;
    const results = await checkAll(options, tenantId);
    const at = now();
    const { messages, told } = settingsNews({
      tenantId,
      results,
      told: check.told,
      night: amsterdamDate(at),
      at,
    });
    if (messages.length > 0) await (await options.pipeline.messages()).log(messages);
    const isWhole = Object.values(results).every((one) => one.state !== "unchecked");
    if (isWhole)
      await finishCheck(pool, { ...check, told, nextDueAt: nextNight(), spreadMinutes: SPREAD_MINUTES });
    else await putOffCheck(pool, { ...check, told, putOffMs: PUT_OFF_MS });
  };
  return createLoop(context, {
    name: "settings-check",
    everyMs: LOOK_EVERY_MS,
    lost: "Settings are no longer looked at",
    hangsAfterMs: LEASE_MS,
    beat: async () => {
      const tenantIds = await rounds.next(pool);
      await planChecks(pool, tenantIds, { night: nextNight(), spreadMinutes: SPREAD_MINUTES });
      await putOffChecks(pool);
      const check = await leaseDueCheck(pool, { leaseMs: LEASE_MS, by: options.instance });
      if (check !== null) await look(check);
      return check !== null;
    },
  });
}

/** What Unit4 says now of each setting in force that can stop fitting. */
async function checkAll(
  { pool, unit4 }: { readonly pool: Pool; readonly unit4: CheckingUnit4 },
  tenantId: string,
): Promise<{ readonly [F in WatchedField]?: CheckResult }> {
  const tenant = (await findTenants(pool, [tenantId])).get(tenantId);
  const current = await currentSettings(pool, tenantId);
  if (tenant === undefined || current?.settings == null) return {};
  const { values } = draftOf(current.settings, tenant.administration, current.version);
  const context = { unit4, tenantId, values, isAdministrationTaken: false, keptAdministration: null };
  const results: { [F in WatchedField]?: CheckResult } = {};
  for (const field of WATCHED_FIELDS) results[field] = await checkField(context, field);
  return results;
}
